"""What to do about drafts and mails that failed, by reason; docs/runbook.md says more."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

_ADVICE = {
    "no_production_agent": "point the alias at a version: `referral agents alias AGENT production VERSION`",
    "prompt_invalid": "register a version without the placeholder or feature that does not exist, and move the alias",
    "model_not_usable": "request access to the model, or register a version with another one",
    "model_throttled": "wait; raise the quota, or lower drafting_concurrency",
    "model_timeout": "wait; look at the state of the model in this region",
    "model_unavailable": "wait; look at the state of the model in this region",
    "model_refused": "read the notes with `referral drafts show`; another version, or leave it",
    "model_answer_invalid": "raise max_tokens, or register another version",
    "mail_rejected": "look at the address",
    "mail_not_valid": "look at the address",
    "sender_not_verified": "verify company.sender in SES, and deploy",
    "hard_findings": "its rules became stricter since it was approved",
    "restored": "its words were lost with a table that was restored",
}


def advice(drafts: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each reason for which one of the drafts failed, the most frequent first."""
    failed = Counter(draft["reason"] for draft in drafts if draft["status"] == "failed")
    return [
        f"{reason} ({number}): {_ADVICE.get(reason, 'see docs/runbook.md')}. Then `referral drafts retry REFERRAL`."
        for reason, number in failed.most_common()
    ]
