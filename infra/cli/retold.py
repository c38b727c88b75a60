"""What the event log says of one rollout: its changes, and the outcomes of its customers; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from pydantic import ValidationError

from infra import Problem
from services.deployer.model import Step
from services.deployer.outcomes import Counts, Outcome, Tally, added
from services.deployer.plan import Plan
from services.deployer.results import is_evidence, outcome, values
from shared.events import deployer as contracts
from shared.events import orchestrator

Row = Mapping[str, Any]

STARTED = "RolloutStarted"
STEPS = {
    "RolloutAdvanced": Step.ADVANCE,
    "RolloutHeld": Step.HOLD,
    "RolloutResumed": Step.RESUME,
    "RolloutCompleted": Step.RELEASE,
    "RolloutRolledBack": Step.ROLL_BACK,
}
_CHANGES = {STARTED, "RolloutRefused", *STEPS}
_RESULTS = {"ReferralDrafted", "DraftFailed", "ReferralReviewed"}


@dataclass(frozen=True)
class Told:
    """One change of a rollout, as it was announced; ``cause`` is the event or command behind it."""

    kind: str
    at: datetime
    cause: str | None
    said: contracts.Change

    @property
    def step(self) -> Step | None:
        """What was done; None where no customer was reached yet."""
        return STEPS.get(self.kind)

    @property
    def tally(self) -> Tally | None:
        """The counters that it says it rests on."""
        if not self.said.evidence:
            return None
        counts = self.said.evidence.counts
        return {metric: {share: Counts(*cells) for share, cells in of.items()} for metric, of in counts.items()}

    @property
    def plan(self) -> Plan:
        """The frozen plan that a start says; raises Problem where it is none."""
        try:
            return Plan.model_validate(getattr(self.said, "plan", None))
        except ValidationError as error:
            raise Problem(f"The plan in {self.kind} is none ({error.error_count()} problems): nothing can be recomputed.") from None


def changes(story: Iterable[Row]) -> list[Told]:
    """The changes of a rollout in their order; raises Problem where one of them can't be read."""
    found = {row["event_id"]: _told(row) for row in story if row["detail_type"] in _CHANGES}
    return sorted(found.values(), key=lambda told: told.said.revision)


def outcomes(rows: Iterable[Row], started: Told) -> Iterator[Outcome]:
    """What became of the rollout's customers, in the order in which it happened."""
    objective = getattr(started.said, "latency_objective_ms", 0)
    for row in sorted((row for row in rows if row["detail_type"] in _RESULTS), key=lambda row: row["occurred_at"]):
        said = _read(orchestrator, row)
        if is_evidence(said) and said.rollout_id == started.said.rollout_id:
            at = datetime.fromisoformat(row["occurred_at"])
            found = values(said).items()
            yield from (outcome(said, metric, value, objective, at) for metric, value in found if metric in started.plan.guardrails)


def tallied(outcomes: Iterable[Outcome]) -> Tally:
    """The counters of these outcomes."""
    return reduce(lambda tally, one: added(tally, one.metric, one.share, one.counts()), outcomes, {})


def cells(tally: Tally) -> Iterator[tuple[str, int]]:
    """Every counter that is not zero, by a name for people."""
    for metric, shares in tally.items():
        for share, counts in shares.items():
            for name, number in zip(Counts._fields, counts, strict=True):
                if number:
                    yield f"{metric} at {share} %, {name.replace('_', ' ')}", number


def _told(row: Row) -> Told:
    return Told(row["detail_type"], datetime.fromisoformat(row["occurred_at"]), row["causation_id"], _read(contracts, row))


def _read(module: Any, row: Row) -> Any:
    try:
        return getattr(module, row["detail_type"]).model_validate(row["data"])
    except ValidationError as error:
        fields = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors()}))
        raise Problem(f"{row['detail_type']} {row['event_id']} breaks its contract ({fields}): it can't be explained.") from None
