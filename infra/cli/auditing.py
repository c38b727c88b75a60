"""What an event log proves about mails, and what it contradicts; pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from infra.cli.log import Row

_APPROVED, _SENT, _WITHDRAWN = "ReferralReviewed", "ReferralSent", "DraftWithdrawn"
_WISHES = ("CustomerOptedOut", "CustomerErased")
_ENDS = (_SENT, "SendFailed", "ReferralSuppressed", _WITHDRAWN, "DraftExpired")
KINDS = (_APPROVED, *_ENDS, *_WISHES)  # all that an audit reads
TIME_TO_HEAR = timedelta(seconds=30)  # a mail that was claimed before a wish was heard may still be on its way
_UPSTREAM = "upstream."

SAYS = {
    "not_approved": "It was sent, and nobody had approved exactly this content before.",
    "taken_back": "It was sent after its draft had been taken back.",
    "sent_twice": "Another mail had been sent for the same job before.",
    "opted_out": "It was sent after the customer had said to want no more mail.",
    "erased": "It was sent after the customer had been erased.",
    "asked_too_often": "The same customer had got another one not long before.",
}


@dataclass(frozen=True)
class Finding:
    """A mail that should not have left; ``against`` is what it contradicts, where that was said."""

    code: str
    sent: Row
    against: Row | None = None

    @property
    def referral_id(self) -> str:
        return str(self.sent["data"]["referral_id"])

    def public(self) -> dict[str, Any]:
        against = self.against and {name: self.against[name] for name in ("detail_type", "event_id", "occurred_at")}
        return {
            "code": self.code, "says": SAYS[self.code], "referral_id": self.referral_id,
            "customer_id": self.sent["data"]["customer_id"], "event_id": self.sent["event_id"],
            "occurred_at": self.sent["occurred_at"], "against": against,
        }


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
    stories, wishes = _by("referral_id", rows), _by("customer_id", [row for row in rows if row["detail_type"] in _WISHES])
    found = Audit()
    for story in stories.values():
        for sent in _of(story, _SENT, since):
            found.sent += 1
            found.violations += _about_story(sent, story)
            _weigh(sent, wishes[sent["data"].get("customer_id")], found)
        approvals = _of(story, _APPROVED, since, decision="approved")
        found.approved += len(approvals)
        found.pending += approvals[-1:] if approvals and not _ended(approvals[-1], story) else []
    found.violations += _too_often(rows, since, between)
    return found


def _too_often(rows: Sequence[Row], since: datetime | None, between: timedelta) -> Iterator[Finding]:
    """Each mail against the one before it, where that was about another job."""
    for of_customer in _by("customer_id", _of(rows, _SENT)).values():
        mails = sorted(of_customer, key=_left)
        for before, sent in pairwise(mails):
            another = before["data"]["referral_id"] != sent["data"]["referral_id"]
            if another and _left(sent) - _left(before) < between and (since is None or _at(sent) >= since):
                yield Finding("asked_too_often", sent, before)


def _about_story(sent: Row, story: Sequence[Row]) -> Iterator[Finding]:
    content = sent["data"]["content_hash"]
    approvals = _of(story, _APPROVED, decision="approved", content_hash=content)
    approved = [row for row in approvals if row["event_id"] == sent["causation_id"] or _at(row) <= _at(sent)]
    if not approved:
        yield Finding("not_approved", sent)
    for row in _of(story, _WITHDRAWN):
        if row["data"]["draft_id"] == sent["data"]["draft_id"] and _at(row) <= _at(sent):
            yield Finding("taken_back", sent, row)
    for row in _of(story, _SENT):
        if (_at(row), row["event_id"]) < (_at(sent), sent["event_id"]):
            yield Finding("sent_twice", sent, row)


def _weigh(sent: Row, wishes: Sequence[Row], found: Audit) -> None:
    """A mail against what its customer said; only what had been heard could be heeded."""
    for wish in wishes:
        contradicts = Finding("erased" if wish["detail_type"] == "CustomerErased" else "opted_out", sent, wish)
        if _left(sent) > _heard(wish):
            found.violations.append(contradicts)
        elif _left(sent) > _at(wish):
            found.told_late.append(contradicts)


def _heard(wish: Row) -> datetime:
    """From when on nobody could miss it; what we say ourselves we know at once."""
    if not wish["source"].startswith(_UPSTREAM):
        return _at(wish)
    return max(_at(wish), datetime.fromisoformat(wish["recorded_at"])) + TIME_TO_HEAR


def _ended(approval: Row, story: Sequence[Row]) -> bool:
    later = (row for kind in _ENDS for row in _of(story, kind))
    return any(row["causation_id"] == approval["event_id"] or _at(row) >= _at(approval) for row in later)


def _of(story: Sequence[Row], kind: str, since: datetime | None = None, **data: str) -> list[Row]:
    """What of one kind was said, oldest first."""
    chosen = [
        row for row in story if row["detail_type"] == kind and data.items() <= row["data"].items()
        and (since is None or _at(row) >= since)
    ]
    return sorted(chosen, key=lambda row: (_at(row), row["event_id"]))


def _by(name: str, rows: Sequence[Row]) -> defaultdict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if row["data"].get(name):
            grouped[row["data"][name]].append(row)
    return grouped


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row["occurred_at"])


def _left(sent: Row) -> datetime:
    """From when on nothing could keep a mail; what the provider answered may be known much later."""
    claimed = sent["data"].get("claimed_at")
    return min(_at(sent), datetime.fromisoformat(claimed)) if claimed else _at(sent)
