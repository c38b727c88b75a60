"""Why a request is refused, in words that say what to do instead."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any


class Refusal(Exception):
    """A command or query that can't be done; the message says what to do instead, details are for a machine."""

    def __init__(
        self, code: str, message: str, status: HTTPStatus = HTTPStatus.CONFLICT,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.details = details or {}


class Unknown(Refusal):
    """What was asked for does not exist."""

    def __init__(self, message: str) -> None:
        super().__init__("not_found", message, HTTPStatus.NOT_FOUND)


class Invalid(Refusal):
    """What was sent is wrong; every problem at once, each with the field to mend."""

    def __init__(self, problems: Sequence[dict[str, str]]) -> None:
        said = "; ".join(f"{problem['field']}: {problem['problem']}" for problem in problems)
        super().__init__("invalid", said, HTTPStatus.UNPROCESSABLE_ENTITY, {"problems": list(problems)})
