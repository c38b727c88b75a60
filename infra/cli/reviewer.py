"""A reviewer that is a program: it stands in for a person in tries and tests, and every output says so."""

import re
from dataclasses import dataclass
from typing import Any

NAME = "simulated-reviewer"
_SHORTEST, _LONGEST = 30, 260  # words
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Verdict:
    """A decision, with the reason code of a rejection."""

    approved: bool
    reason: str | None = None


def judge(draft: dict[str, Any], referral_url: str) -> Verdict:
    """Decide by a few plain rules; the same draft always gets the same verdict."""
    body = draft["body"]
    words = len(body.split())
    if any(finding["severity"] == "hard" for finding in draft.get("findings", ())):
        return Verdict(False, "wrong_facts")
    if any(not link.startswith(referral_url) for link in _LINK.findall(body)):
        return Verdict(False, "unsafe")
    if words > _LONGEST:
        return Verdict(False, "too_long")
    given_name = draft["facts"]["given_name"]
    impersonal = bool(given_name) and given_name not in body
    return Verdict(False, "not_personal") if impersonal or words < _SHORTEST else Verdict(True)
