"""What is asked for, and can't be."""

from typing import Any


class NotPossible(Exception):
    """What was asked for does not fit the referral as it is; the code is for machines, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.details = code, dict[str, Any]()
