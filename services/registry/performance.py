"""How a version does, counted from what became of its drafts; pure."""

from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any, NamedTuple, Self

from services.registry.histogram import bucket
from shared.events.orchestrator import DraftFailed, ReferralDrafted, ReferralReviewed


@dataclass(frozen=True)
class Performance:
    """Counts of drafts by what became of them, tokens, US dollars, and latencies by bucket; two of them add up."""

    drafts: int = 0
    unchanged: int = 0  # approved as it was written
    edited: int = 0  # approved after a person changed it
    rejections: dict[str, int] = field(default_factory=dict)  # by reason
    errors: dict[str, int] = field(default_factory=dict)  # drafts that did not come about, by reason
    withdrawn: int = 0
    sent: int = 0
    conversions: int = 0  # friends who bought with the code of a mail
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    unpriced: int = 0  # drafts of which nobody knows the cost
    latencies: dict[int, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        names = [part.name for part in fields(self)]
        return type(self)(**{name: _sum(getattr(self, name), getattr(other, name)) for name in names})

    @property
    def approval_rate(self) -> float | None:
        """Approved among decided; None before the first decision."""
        approved = self.unchanged + self.edited
        decided = approved + sum(self.rejections.values())
        return approved / decided if decided else None


SENT, WITHDRAWN, CONVERTED = Performance(sent=1), Performance(withdrawn=1), Performance(conversions=1)


def drafted(said: ReferralDrafted) -> Performance:
    return Performance(
        drafts=1, input_tokens=said.input_tokens, output_tokens=said.output_tokens,
        cost_usd=said.cost_usd or Decimal(0), unpriced=int(said.cost_usd is None),
        latencies={bucket(said.latency_ms): 1},
    )


def failed(said: DraftFailed) -> Performance:
    return Performance(errors={said.reason: 1})


def reviewed(said: ReferralReviewed) -> Performance:
    if said.decision == "rejected":
        return Performance(rejections={said.reason or "other": 1})
    return Performance(edited=1) if said.edited else Performance(unchanged=1)


class Author(NamedTuple):
    """Which version wrote."""

    agent: str
    version: int


@dataclass(frozen=True)
class Counted:
    """What of one referral is counted: its events, who wrote its drafts, and mails whose draft was not heard of yet."""

    events: frozenset[str] = frozenset()
    authors: dict[str, Author] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()

    def heard(self, event_id: str) -> Self:
        return replace(self, events=self.events | {event_id})

    def written(self, draft_id: str, author: Author) -> tuple[Self, Performance]:
        """The author of a draft is known; with it, the mail that waited for that."""
        due = SENT if draft_id in self.waiting else Performance()
        known = replace(self, authors=self.authors | {draft_id: author}, waiting=self.waiting - {draft_id})
        return known, due

    def awaiting(self, draft_id: str) -> Self:
        """Sent, and counted once it is known who wrote it."""
        return replace(self, waiting=self.waiting | {draft_id})


def _sum(one: Any, other: Any) -> Any:
    """Numbers add up, and so do the counts under each name."""
    if not isinstance(one, dict):
        return one + other
    return {name: one.get(name, 0) + other.get(name, 0) for name in one | other}
