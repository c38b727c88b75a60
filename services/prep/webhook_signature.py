"""Standard Webhooks signatures: who sends a message proves that it knows a secret, and when it sent it; pure."""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

TOLERANCE_SECONDS = 300  # that the clocks of a sender and of this function may differ, either way
SECRET_PREFIX = "whsec_"
_SHORTEST_KEY = 24  # bytes, as the specification says
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,256}")  # a dot would let one text be signed as another
_SECONDS = re.compile(r"[0-9]{1,12}")


class Unbelieved(Exception):
    """Why a message can't be believed; the message tells its sender what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnusableSecret(Exception):
    """What should be a secret is none; its text is not in here."""


@dataclass(frozen=True)
class Message:
    """What a sender signed, and how."""

    id: str
    timestamp: str
    body: bytes
    signatures: tuple[str, ...] = ()

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> Self:
        """Of a request whose headers have small letters; raises Unbelieved where they are not as they should be."""
        message_id, timestamp, signatures = (headers.get(name, "") for name in _HEADERS)
        if not (_ID.fullmatch(message_id) and _SECONDS.fullmatch(timestamp) and signatures):
            raise Unbelieved(
                "not_signed", "Send webhook-id (up to 256 printable characters, no space, no dot), webhook-timestamp "
                "(seconds since 1970) and webhook-signature: see https://www.standardwebhooks.com.",
            )
        return cls(message_id, timestamp, body, tuple(signatures.split(" ")))

    def headers(self, secret: str) -> dict[str, str]:
        """How a sender who knows this secret sends it."""
        return dict(zip(_HEADERS, (self.id, self.timestamp, self.signature(secret)), strict=True))

    def signature(self, secret: str) -> str:
        text = f"{self.id}.{self.timestamp}.".encode() + self.body
        return "v1," + base64.b64encode(hmac.digest(key(secret), text, "sha256")).decode()

    def verify(self, secrets: Iterable[str], now: datetime) -> None:
        """Raises Unbelieved unless it is of now and one of its signatures is made with one of the secrets."""
        late = now.timestamp() - int(self.timestamp)
        if abs(late) > TOLERANCE_SECONDS:
            raise Unbelieved(
                "out_of_time", f"webhook-timestamp differs from our clock by {round(late)} seconds, and at most "
                f"{TOLERANCE_SECONDS} are allowed: set your clock, and sign each attempt anew.",
            )
        if not any(self._signed_with(secret) for secret in secrets):
            raise Unbelieved(
                "wrong_signature", "No signature fits: sign the bytes of `id.timestamp.body` exactly as you send them, "
                "by HMAC-SHA256 with the decoded secret, as `v1,` and base64.",
            )

    def _signed_with(self, secret: str) -> bool:
        right = self.signature(secret).encode()
        return any(hmac.compare_digest(right, given.encode()) for given in self.signatures)


def key(secret: str) -> bytes:
    """The bytes that a secret stands for; raises UnusableSecret."""
    try:
        decoded = base64.b64decode(secret.removeprefix(SECRET_PREFIX) + "==")  # where padding was left out
    except ValueError:
        decoded = b""
    if len(decoded) < _SHORTEST_KEY or not secret.startswith(SECRET_PREFIX):
        raise UnusableSecret(f"A secret is {SECRET_PREFIX} and base64 of at least {_SHORTEST_KEY} bytes.")
    return decoded
