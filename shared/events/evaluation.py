"""What the agent evaluator announces: how a candidate did on history."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events import Event
from shared.events.registry import AgentName

SOURCE = "referral.evaluation"
Verdict = Literal["better", "no_worse", "worse", "undecided"]


class Side(BaseModel):
    """How one version did: cases by what became of them, milliseconds, tokens, US dollars."""

    model_config = ConfigDict(frozen=True)

    approved: int  # passed every must-pass check and the judge
    rejected: int
    errors: int  # no draft came about
    failed_checks: dict[str, int]  # by the name of the check
    latency_ms_p50: int | None
    latency_ms_p95: int | None
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None


class Comparison(BaseModel):
    """Both versions on the same cases, of which only those count on which the judge was consistent.

    ``only_baseline`` and ``only_candidate`` are the discordant cases: approved of that side alone. ``p_worse`` and
    ``p_better`` are of the exact one-sided McNemar test, ``p_inferior`` of Tango's score test at ``margin``; ``interval`` is
    the 95 % bootstrap interval of ``difference`` (candidate's rate of approvals less the baseline's).
    """

    model_config = ConfigDict(frozen=True)

    compared: int
    both: int
    only_baseline: int
    only_candidate: int
    neither: int
    inconsistent: int
    difference: float
    interval: tuple[float, float]
    p_worse: float
    p_better: float
    p_inferior: float
    margin: float
    labelled: int  # cases of which a person's decision on the very same text is known
    agreed: int  # of them, those on which the judge said the same


class Compared(BaseModel):
    """A candidate and a baseline, and the cases on which they are compared."""

    model_config = ConfigDict(frozen=True)

    evaluation_id: str
    agent: AgentName
    candidate: int
    candidate_hash: str
    baseline: int
    baseline_hash: str
    dataset: str  # hash of the cases
    cases: int

    def correlation(self) -> str:
        return self.evaluation_id


class EvaluationStarted(Compared, Event):
    """A candidate is compared with a baseline on these many cases."""

    source: ClassVar[str] = SOURCE


class CasesDue(Event):
    """A slice of an evaluation's cases is to be run."""

    source: ClassVar[str] = SOURCE

    evaluation_id: str
    cases: list[str]

    def correlation(self) -> str:
        return self.evaluation_id


class EvaluationFinished(Compared, Event):
    """What the comparison says; ``passed`` opens the gate to a rollout, ``reasons`` say why it is open or shut."""

    source: ClassVar[str] = SOURCE

    metrics: dict[Literal["candidate", "baseline"], Side]
    comparison: Comparison
    verdict: Verdict
    passed: bool
    reasons: list[str]
    cost_usd: Decimal | None
    report: str  # key of the report in the service's bucket
