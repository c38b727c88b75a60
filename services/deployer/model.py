"""A rollout and every decision about it; pure, so that each can be recomputed from the event log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import log
from typing import Self

from services.deployer.gates import Standing, candidates, missing, standing
from services.deployer.guardrail import Metric
from services.deployer.outcomes import Counts, Outcome, Tally, added, first_of_each
from services.deployer.plan import Plan, Stage


class Status(StrEnum):
    RUNNING = "running"
    HELD = "held"  # a person is asked; evidence still counts and may roll back
    ROLLED_BACK = "rolled_back"
    RELEASED = "released"


class Step(StrEnum):
    WAIT = "wait"
    ADVANCE = "advance"
    RELEASE = "release"
    HOLD = "hold"
    RESUME = "resume"
    ROLL_BACK = "roll_back"


@dataclass(frozen=True)
class Decision:
    """What to do now and why; ``standing`` is the evidence that it rests on, where it rests on evidence."""

    step: Step
    reason: str
    standing: Standing | None = None


@dataclass(frozen=True)
class Rollout:
    """Integer counters and a stage: nothing in it depends on the order in which outcomes came."""

    plan: Plan
    entered_at: datetime
    tally: Tally = field(default_factory=dict)
    stage: int = 0
    status: Status = Status.RUNNING
    patient_since: datetime | None = None  # a person's resume starts waiting anew, and so does a stage
    patient_from: int = 0

    @property
    def current(self) -> Stage:
        return self.plan.stages[self.stage]

    @property
    def finished(self) -> bool:
        return self.status in (Status.ROLLED_BACK, Status.RELEASED)

    def learn(self, outcome: Outcome) -> Self:
        """The rollout with one outcome more, counted under the share of its assignment; each may be given only once."""
        return self.count(outcome.metric, outcome.share, outcome.counts())

    def count(self, metric: Metric, share: int, more: Counts) -> Self:
        """The rollout with these outcomes more."""
        return replace(self, tally=added(self.tally, metric, share, more))

    def decide(self, now: datetime) -> Decision:
        """What the counters and the time say; a rollback comes before everything else, also while a person is asked."""
        if self.finished:
            return Decision(Step.WAIT, f"it is {self.status}")
        found = standing(self.plan, self.tally)
        limit = -log(self.plan.false_rollbacks)
        if found.log_trusted >= limit:
            return Decision(Step.ROLL_BACK, "the candidate is worse", found)
        if self.status is Status.HELD:
            return Decision(Step.WAIT, "a person is asked", found)
        if found.log_e >= limit:
            return Decision(Step.HOLD, "the candidate looks worse, but outcomes of it are missing", found)
        return self._forward(now, found)

    def after(self, step: Step, now: datetime) -> Self:
        """The rollout once this was done, by its own decision or a person's; a rollback is final."""
        if self.status is Status.ROLLED_BACK or (self.status is Status.RELEASED and step is not Step.ROLL_BACK):
            return self
        match step:
            case Step.ADVANCE if self.stage + 1 < len(self.plan.stages):
                return Rollout(self.plan, entered_at=now, tally=self.tally, stage=self.stage + 1)
            case Step.ADVANCE | Step.RELEASE:
                return replace(self, status=Status.RELEASED)
            case Step.HOLD:
                return replace(self, status=Status.HELD)
            case Step.RESUME:
                return replace(self, status=Status.RUNNING, patient_since=now, patient_from=self._most())
            case Step.ROLL_BACK:
                return replace(self, status=Status.ROLLED_BACK)
        return self

    def _forward(self, now: datetime, found: Standing) -> Decision:
        hours = (now - self.entered_at) / timedelta(hours=1)
        lacking = "; ".join(missing(self.plan, self.current, self.tally, found, hours))
        if not lacking:
            last = self.stage + 1 == len(self.plan.stages)
            return Decision(Step.RELEASE if last else Step.ADVANCE, f"{self.current.share} % went well", found)
        waited = (now - (self.patient_since or self.entered_at)) / timedelta(days=1)
        if waited >= self.plan.hold_days or self._most() - self.patient_from >= self.plan.hold_outcomes:
            return Decision(Step.HOLD, f"it takes too long; missing is {lacking}", found)
        return Decision(Step.WAIT, f"missing is {lacking}", found)

    def _most(self) -> int:
        return max(candidates(self.tally, metric, self.current.share) for metric in self.plan.guardrails)


def replay(rollout: Rollout, outcomes: Iterable[Outcome]) -> Iterator[tuple[Rollout, Decision]]:
    """Look after every outcome that counts: the rollout once its decision was carried out, and the decision."""
    for outcome in first_of_each(outcomes):
        rollout = rollout.learn(outcome)
        decision = rollout.decide(outcome.at)
        rollout = rollout.after(decision.step, outcome.at)
        yield rollout, decision
