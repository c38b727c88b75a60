"""What an event log proves about mails, and what it contradicts; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from infra.cli import laws
from infra.cli.laws import APPROVED, SENT, WISHES, WITHDRAWN, Finding, at, by, of
from infra.cli.log import Row

_ENDS = (SENT, "SendFailed", "ReferralSuppressed", WITHDRAWN, "DraftExpired")
_OF_CUSTOMERS = tuple(law.kind for law in WISHES)
KINDS = (APPROVED, *_ENDS, *_OF_CUSTOMERS)  # all that an audit reads


@dataclass
class Audit:
    """``told_late`` are mails that left after a wish was uttered and before it was heard; ``pending`` approvals."""

    approved: int = 0
    sent: int = 0
    violations: list[Finding] = field(default_factory=list)
    told_late: list[Finding] = field(default_factory=list)
    pending: list[Row] = field(default_factory=list)


def audit(rows: Sequence[Row], since: datetime | None = None, between: timedelta = timedelta(0)) -> Audit:
    """What of the mails since a moment, or ever, can be proved from all that was said.

    ``between`` is how long a customer is left alone after a mail.
    """
    stories = by("referral_id", rows)
    wishes = by("customer_id", [row for row in rows if row["detail_type"] in _OF_CUSTOMERS])
    found = Audit()
    for story in stories.values():
        for sent in of(story, SENT, since):
            found.sent += 1
            found.violations += laws.about_job(sent, story)
            _weigh(sent, wishes[sent["data"].get("customer_id")], found)
        approvals = of(story, APPROVED, since, decision="approved")
        found.approved += len(approvals)
        found.pending += approvals[-1:] if approvals and not _ended(approvals[-1], story) else []
    found.violations += laws.too_often(rows, since, between)
    return found


def _weigh(sent: Row, wishes: Sequence[Row], found: Audit) -> None:
    """Only what had been heard could be heeded."""
    for finding, heard in laws.against_wishes(sent, wishes):
        (found.violations if heard else found.told_late).append(finding)


def _ended(approval: Row, story: Sequence[Row]) -> bool:
    later = (row for kind in _ENDS for row in of(story, kind))
    return any(row["causation_id"] == approval["event_id"] or at(row) >= at(approval) for row in later)
