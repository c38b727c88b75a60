"""What only somebody who knows this account's secret can make of a text; each purpose makes something else of it."""

import hmac
from typing import Literal

from shared.secrets import secret
from shared.settings import required

Purpose = Literal["suppression", "unsubscribe", "referral_code"]


def seal(purpose: Purpose, text: str) -> str:
    """64 hexadecimal digits (HMAC-SHA256): whoever does not know the secret can neither make nor guess them."""
    return hmac.digest(secret(required("SENDING_SECRET")), f"{purpose}\x1f{text}".encode(), "sha256").hex()
