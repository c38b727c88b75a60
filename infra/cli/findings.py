"""What is known of one thing that an account needs."""

from typing import NamedTuple

GOOD, MISSING, UNKNOWN = "good", "missing", "unknown"


class Finding(NamedTuple):
    """``how`` says how to get what is missing."""

    what: str
    state: str
    found: str
    how: str = ""


def finding(what: str, good: bool, found: str, how: str) -> Finding:
    """Good, or missing with the way to it."""
    return Finding(what, GOOD, found) if good else Finding(what, MISSING, found, how)
