"""An evaluation: a candidate against a baseline on so many cases, and what came of it; pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Self

from pydantic import AwareDatetime

from services.evaluation.case import Part, SideName
from shared.events.evaluation import Comparison, Side, Verdict


class Result(Part):
    """What all cases together say."""

    metrics: dict[SideName, Side]
    comparison: Comparison
    verdict: Verdict
    passed: bool
    reasons: list[str]
    cost_usd: Decimal | None
    report: str


class Evaluation(Part):
    """A candidate against a baseline on so many cases."""

    evaluation_id: str
    agent: str
    candidate: int
    candidate_hash: str
    baseline: int
    baseline_hash: str
    dataset: str
    cases: int
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    rescored_at: AwareDatetime | None = None
    result: Result | None = None

    def finished(self, result: Result, at: datetime) -> Self:
        return self.model_copy(update={"result": result, "finished_at": at})

    def rescored(self, result: Result, at: datetime) -> Self:
        return self.model_copy(update={"result": result, "rescored_at": at})


def dataset(case_ids: Iterable[str]) -> str:
    """The same for the same cases, in whatever order they are run."""
    return hashlib.sha256("\n".join(sorted(case_ids)).encode()).hexdigest()
