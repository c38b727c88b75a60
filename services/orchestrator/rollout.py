"""What is followed of pointers and rollouts, to know which version serves; pure."""

from typing import Self

from pydantic import AwareDatetime

from services.orchestrator.draft import Part
from shared.assignment import Split
from shared.events.deployer import Change

_ACTIVE = {"RolloutStarted", "RolloutAdvanced", "RolloutHeld", "RolloutResumed"}


class Pointer(Part):
    """What the alias ``production`` names, and which rollout moved it, if one did."""

    version: int
    config_hash: str
    revision: int
    rollout_id: str | None = None


class Rollout(Part):
    """The newest change of a rollout, by the name of its event; see ``Change``."""

    agent: str
    rollout_id: str
    revision: int
    change: str
    at: AwareDatetime
    candidate: int
    candidate_hash: str
    baseline: int
    baseline_hash: str
    baseline_revision: int
    percent: int
    salt: str

    @classmethod
    def of(cls, told: Change, at: AwareDatetime) -> Self:
        """Raises ValueError where it could divide nobody, so that it never takes the place of one that can."""
        known = cls(**told.model_dump(include=set(cls.model_fields)), change=type(told).__name__, at=at)
        if known.divides:
            Split(known.salt, known.percent)
        return known

    @property
    def divides(self) -> bool:
        """Whether customers are divided between candidate and baseline; a rollout that is held keeps its share."""
        return self.change in _ACTIVE and self.percent > 0

    @property
    def rolled_back(self) -> bool:
        return self.change == "RolloutRolledBack"

    def releases(self, pointer: Pointer | None) -> bool:
        """Whether the candidate is released, and the pointer that is to follow has not moved yet."""
        return self.change == "RolloutCompleted" and (not pointer or pointer.revision <= self.baseline_revision)

    def moved(self, pointer: Pointer | None) -> bool:
        """Whether the pointer names the candidate because of this rollout, and nobody has moved it since."""
        return bool(pointer) and (pointer.rollout_id, pointer.version) == (self.rollout_id, self.candidate)

    def supersedes(self, other: Self) -> bool:
        """Whether this is what counts of the two, in whatever order they arrive.

        Within a rollout the revision decides. An agent has one rollout at a time: everything about a later one was said
        later, and what is in production when it is asked for never has a lower revision.
        """
        if self.rollout_id == other.rollout_id:
            return self.revision > other.revision
        mine, others = ((one.baseline_revision, one.at, one.rollout_id) for one in (self, other))
        return mine > others
