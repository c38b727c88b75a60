"""The life of a rollout from the request to its end, and what a person may do with it when; pure."""

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.deployer.model import Rollout, Status, Step
from services.deployer.outcomes import Tally
from services.deployer.plan import Plan

State = Literal["waiting", "running", "held", "released", "rolled_back", "refused"]
Change = Literal[
    "requested", "registered", "started", "advanced", "held", "resumed", "released", "rolled_back", "refused",
]
ACTIVE = ("waiting", "running", "held")
_PATIENCE = timedelta(hours=2)  # an evaluation of thousands of cases is over by then
_CHANGES: dict[Step, Change] = {
    Step.ADVANCE: "advanced", Step.RELEASE: "released", Step.HOLD: "held", Step.RESUME: "resumed",
    Step.ROLL_BACK: "rolled_back",
}


class NotPossible(Exception):
    """What was asked for does not fit; code and details are for machines, the message says what to do."""

    def __init__(self, code: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class Pointer(BaseModel):
    """What production points at, and how often it moved until then."""

    model_config = ConfigDict(frozen=True)

    version: int
    config_hash: str
    revision: int


class Deployment(BaseModel):
    """One rollout with everything about it but its counters; every change is a new value with a higher revision.

    ``reason``, ``by`` and ``changed_at`` belong to the last ``change``; ``by`` is None where the deployer decided. The
    candidate's number is None until its content is registered, ``stage`` None until it writes to its first customers.
    """

    model_config = ConfigDict(frozen=True)

    rollout_id: str
    agent: str
    candidate: int | None = None
    candidate_hash: str
    baseline: Pointer
    plan: Plan
    salt: str
    requested_at: AwareDatetime
    entered_at: AwareDatetime
    changed_at: AwareDatetime
    status: State = "waiting"
    change: Change = "requested"
    revision: int = 1
    reason: str
    by: str | None = None
    stage: int | None = None
    patient_since: AwareDatetime | None = None
    patient_from: int = 0
    evaluation_id: str | None = None
    latency_objective_ms: int | None = None

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def started(self) -> bool:
        return self.stage is not None

    @property
    def waits_for(self) -> Literal["version", "evaluation"] | None:
        if self.status != "waiting":
            return None
        return "evaluation" if self.candidate else "version"

    def overdue(self, now: datetime) -> bool:
        """Whether what it waits for can't be on its way any more: nobody tells when a message was lost."""
        return self.status == "waiting" and now - self.changed_at > _PATIENCE

    @property
    def percent(self) -> int:
        """The candidate's share of the customers."""
        if self.stage is None or self.status in ("rolled_back", "refused"):
            return 0
        return self.plan.stages[self.stage].share

    def rollout(self, tally: Tally) -> Rollout:
        """The part that decides on outcomes."""
        assert self.stage is not None, "it has not started"
        return Rollout(
            self.plan, self.entered_at, tally, self.stage, Status(self.status), self.patient_since, self.patient_from,
        )

    def registered(self, version: int, at: datetime) -> Self:
        """Its content has a number now; it waits for an evaluation."""
        return self._changed("registered", at, "the candidate is registered", candidate=version)

    def start(
        self, plan: Plan, objective_ms: int, evaluation_id: str | None, at: datetime, reason: str, by: str | None,
    ) -> Self:
        """The candidate writes to its first customers, by a plan that is frozen from now on."""
        return self._changed(
            "started", at, reason, by, status="running", stage=0, entered_at=at, plan=plan,
            latency_objective_ms=objective_ms, evaluation_id=evaluation_id,
        )

    def step(self, step: Step, tally: Tally, at: datetime, reason: str, by: str | None) -> Self:
        """The rollout once this was done, by its own decision or a person's."""
        after = self.rollout(tally).after(step, at)
        change = "released" if after.status is Status.RELEASED and step is not Step.ROLL_BACK else _CHANGES[step]
        return self._changed(
            change, at, reason, by, status=after.status.value, stage=after.stage, entered_at=after.entered_at,
            patient_since=after.patient_since, patient_from=after.patient_from,
        )

    def ask(self, evaluation_id: str, at: datetime, reason: str) -> Self:
        """Before it reached a customer a person is asked whether it may."""
        return self._changed("held", at, reason, status="held", evaluation_id=evaluation_id)

    def refuse(self, at: datetime, reason: str, by: str | None = None, evaluation_id: str | None = None) -> Self:
        """It ends before it reached a customer."""
        known = evaluation_id or self.evaluation_id
        return self._changed("refused", at, reason, by, status="refused", evaluation_id=known)

    def _changed(self, change: Change, at: datetime, reason: str, by: str | None = None, **more: Any) -> Self:
        said = {"change": change, "changed_at": at, "reason": reason, "by": by, "revision": self.revision + 1}
        return self.model_copy(update=said | more)
