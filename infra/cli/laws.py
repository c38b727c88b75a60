"""What a mail must not contradict, law by law: what was said about its job, and about its customer; pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from infra.cli.log import Row

APPROVED, SENT, WITHDRAWN = "ReferralReviewed", "ReferralSent", "DraftWithdrawn"
TIME_TO_HEAR = timedelta(seconds=30)  # a mail that was claimed before a wish was heard may still be on its way
_UPSTREAM = "upstream."


class Law(NamedTuple):
    """After this was said of a customer, with these data, no mail leaves to that customer."""

    code: str
    kind: str
    data: dict[str, str] = {}


WISHES = (
    Law("opted_out", "CustomerOptedOut"),
    Law("erased", "CustomerErased"),
    Law("bounced", "ReferralBounced", {"kind": "permanent"}),
    Law("complained", "ReferralComplained"),
)

SAYS = {
    "not_approved": "It was sent, and nobody had approved exactly this content before.",
    "taken_back": "It was sent after its draft had been taken back.",
    "sent_twice": "Another mail had been sent for the same job before.",
    "opted_out": "It was sent after the customer had said to want no more mail.",
    "erased": "It was sent after the customer had been erased.",
    "bounced": "It was sent after a mail to the same customer had bounced for good.",
    "complained": "It was sent after the customer had called a mail spam.",
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


def about_job(sent: Row, story: Sequence[Row]) -> Iterator[Finding]:
    """A mail against what else was said about its job."""
    content = sent["data"]["content_hash"]
    approvals = of(story, APPROVED, decision="approved", content_hash=content)
    approved = [row for row in approvals if row["event_id"] == sent["causation_id"] or at(row) <= at(sent)]
    if not approved:
        yield Finding("not_approved", sent)
    for row in of(story, WITHDRAWN):
        if row["data"]["draft_id"] == sent["data"]["draft_id"] and at(row) <= at(sent):
            yield Finding("taken_back", sent, row)
    for row in of(story, SENT):
        if (at(row), row["event_id"]) < (at(sent), sent["event_id"]):
            yield Finding("sent_twice", sent, row)


def too_often(rows: Sequence[Row], since: datetime | None, between: timedelta) -> Iterator[Finding]:
    """Each mail against the one before it, where that was about another job."""
    for of_one in by("customer_id", of(rows, SENT)).values():
        for before, sent in pairwise(sorted(of_one, key=_left)):
            another = before["data"]["referral_id"] != sent["data"]["referral_id"]
            if another and _left(sent) - _left(before) < between and (since is None or at(sent) >= since):
                yield Finding("asked_too_often", sent, before)


def against_wishes(sent: Row, said: Sequence[Row]) -> Iterator[tuple[Finding, bool]]:
    """A mail against what its customer said or what became of earlier ones, and whether that could be heeded."""
    for row in said:
        for law in WISHES:
            if row["detail_type"] == law.kind and law.data.items() <= row["data"].items() and _left(sent) > at(row):
                yield Finding(law.code, sent, row), _left(sent) > _heard(row)


def _heard(wish: Row) -> datetime:
    """From when on nobody could miss it; what we say ourselves we know at once."""
    if not wish["source"].startswith(_UPSTREAM):
        return at(wish)
    return max(at(wish), datetime.fromisoformat(wish["recorded_at"])) + TIME_TO_HEAR


def of(story: Sequence[Row], kind: str, since: datetime | None = None, **data: str) -> list[Row]:
    """What of one kind was said, oldest first."""
    chosen = [
        row for row in story if row["detail_type"] == kind and data.items() <= row["data"].items()
        and (since is None or at(row) >= since)
    ]
    return sorted(chosen, key=lambda row: (at(row), row["event_id"]))


def by(name: str, rows: Sequence[Row]) -> defaultdict[Any, list[Row]]:
    """What names something by this field, each of its values for itself."""
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if row["data"].get(name):
            grouped[row["data"][name]].append(row)
    return grouped


def at(row: Row) -> datetime:
    return datetime.fromisoformat(row["occurred_at"])


def _left(sent: Row) -> datetime:
    """From when on nothing could keep a mail; what the provider answered may be known much later."""
    claimed = sent["data"].get("claimed_at")
    return min(at(sent), datetime.fromisoformat(claimed)) if claimed else at(sent)
