"""What the agent deployer announces: the life of one rollout."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events import Event
from shared.events.registry import AgentConfig, AgentName

SOURCE = "referral.deployer"
Metric = Literal["approval", "errors", "latency"]


class Evidence(BaseModel):
    """The counters that a decision rests on, and what they said: natural logarithms of stakes.

    ``counts`` has, by metric and by the candidate's share in percent at assignment, the outcomes of control (good, bad)
    and of the candidate (good, bad). From them and the plan everything else follows.
    """

    model_config = ConfigDict(frozen=True)

    counts: dict[Metric, dict[int, tuple[int, int, int, int]]]
    log_e: float
    log_trusted: float
    log_advance: dict[Metric, float]


class Change(BaseModel):
    """A rollout as it is from now on, and why; ``revision`` grows by one with every change.

    ``baseline`` is what was in production at ``baseline_revision`` of that alias. ``percent`` is the candidate's share of
    customers: 0 before it starts and once it is rolled back. ``by`` is a person's id, `cloudwatch` where an alarm took it back
    or held it, None where the deployer decided.
    """

    model_config = ConfigDict(frozen=True)

    rollout_id: str
    revision: int
    agent: AgentName
    candidate: int
    candidate_hash: str
    baseline: int
    baseline_hash: str
    baseline_revision: int
    percent: int
    salt: str
    reason: str
    by: str | None = None
    evidence: Evidence | None = None

    def correlation(self) -> str:
        return self.rollout_id


class DeploymentRequested(Event):
    """Somebody wants this content registered, tested and rolled out."""

    source: ClassVar[str] = SOURCE

    rollout_id: str
    agent: AgentName
    config_hash: str
    config: AgentConfig
    author: str
    message: str

    def correlation(self) -> str:
        return self.rollout_id


class RolloutRequested(Event):
    """A rollout waits for an evaluation of its candidate against what is in production."""

    source: ClassVar[str] = SOURCE

    rollout_id: str
    agent: AgentName
    candidate: int
    candidate_hash: str
    baseline: int
    baseline_hash: str

    def correlation(self) -> str:
        return self.rollout_id


class RolloutStarted(Change, Event):
    """The candidate writes to its first customers; ``plan`` is frozen, in the words of the deployer."""

    source: ClassVar[str] = SOURCE

    plan: dict[str, object]
    evaluation_id: str | None  # None where a person started it without one
    latency_objective_ms: int  # a draft that took no longer is in time


class RolloutAdvanced(Change, Event):
    """The candidate writes to more customers."""

    source: ClassVar[str] = SOURCE


class RolloutHeld(Change, Event):
    """A person is asked; the shares stay as they are and evidence still counts."""

    source: ClassVar[str] = SOURCE


class RolloutResumed(Change, Event):
    """A person let the rollout go on."""

    source: ClassVar[str] = SOURCE


class RolloutCompleted(Change, Event):
    """The candidate is released: it is to be what production points at."""

    source: ClassVar[str] = SOURCE


class RolloutRolledBack(Change, Event):
    """The candidate writes to nobody any more, and what it wrote that has not left is to be recalled."""

    source: ClassVar[str] = SOURCE


class RolloutRefused(Change, Event):
    """The rollout ended before it reached a customer."""

    source: ClassVar[str] = SOURCE
