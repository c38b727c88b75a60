"""Time and ids, so that whoever decides is given them and a replay can repeat them."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

Clock = Callable[[], datetime]


def now() -> datetime:
    """The current moment in UTC."""
    return datetime.now(UTC)


def seconds() -> float:
    """What durations are measured by; it starts anywhere."""
    return perf_counter()


def new_id() -> str:
    """A fresh id for a command, which nothing before it determines."""
    return secrets.token_hex(10)


def derived_id(*parts: object) -> str:
    """The id that these parts always have, so that a repeated reaction announces the same event."""
    text = "\x1f".join(map(str, parts))
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
