"""What the event log told of a simulated rollout so far; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from infra.cli.log import Row
from shared.assignment import Split

_UNDRAFTED = {"DraftFailed", "ReferralSuppressed", "PreparationRejected"}
_FINAL = {"RolloutCompleted", "RolloutRolledBack", "RolloutRefused"}
_ENDS = {"ReferralDrafted", *_UNDRAFTED}


@dataclass(frozen=True)
class Draft:
    """A draft that waits for a verdict."""

    referral_id: str
    customer_id: str
    content_hash: str
    arm: str


@dataclass
class Seen:
    """Counts by arm; ``stories`` are the referrals of the simulation's own jobs."""

    rollout_id: str
    salt: str = ""
    finished: bool = False
    stories: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    arms: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    redrafted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    assigned: list[tuple[str, int, str]] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    def learn(self, rows: Iterable[Row]) -> Iterator[Draft]:
        """Count what is new, and tell the drafts that are to be decided."""
        for row in rows:
            kind, story, said = row["detail_type"], row["correlation_id"], row["data"]
            if story == self.rollout_id:
                self.salt = said.get("salt", self.salt)
                self.finished = self.finished or kind in _FINAL
            if story not in self.stories:
                continue
            if kind in _ENDS:
                self.ended.add(story)
            if kind in _UNDRAFTED:
                self.decided.add(story)
            if kind == "ReferralDrafted":
                yield from self._drafted(story, said)
            elif kind == "DraftWithdrawn":
                self.withdrawn.add(story)
            elif kind in ("ReferralReviewed", "DraftFailed", "ReferralSent"):
                self._count(kind, story, said)

    @property
    def in_flight(self) -> int:
        """Referrals of which nothing is known yet."""
        return len(self.stories - self.ended)

    def of(self, arm: str) -> dict[str, int]:
        """What became of one arm's drafts."""
        names = ("drafted", "failed", "approved", "rejected", "sent")
        return {name: self.numbers[f"{arm} {name}"] for name in names}

    def misassigned(self) -> int:
        """Customers who were not given what the salt says."""
        return sum(Split(self.salt, share).to_candidate(customer) != (arm == "candidate") for customer, share, arm in self.assigned)

    def _drafted(self, story: str, said: dict[str, Any]) -> Iterator[Draft]:
        if said["rollout_id"] != self.rollout_id or said["arm"] == "production":
            if story in self.arms:
                self.redrafted.add(story)
            else:
                self.numbers["production drafted"] += 1
            return
        self.arms[story] = said["arm"]
        self.numbers[f"{said['arm']} drafted"] += 1
        self.assigned.append((said["customer_id"], said["share"], said["arm"]))
        yield Draft(story, said["customer_id"], said["content_hash"], said["arm"])

    def _count(self, kind: str, story: str, said: dict[str, Any]) -> None:
        arm = self.arms.get(story, said.get("arm", "production"))
        name = {"ReferralSent": "sent", "DraftFailed": "failed"}.get(kind) or said["decision"]
        self.numbers[f"{arm} {name}"] += 1
        if kind == "ReferralReviewed":
            self.decided.add(story)
        if name in ("rejected", "sent"):
            getattr(self, name).add(story)
