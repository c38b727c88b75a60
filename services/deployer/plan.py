"""A rollout's plan as data: its shares, its gates, and the one budget for false rollbacks; pure."""

from functools import lru_cache
from math import isclose
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.deployer.guardrail import Guardrail, Metric, Rate

FEWEST_FOR_A_BASELINE = 200  # control's outcomes
LOWEST_BASELINE, HIGHEST_BASELINE = 0.50, 0.98


class Stage(BaseModel):
    """A share in percent and what must have been seen of every metric in it before the next one.

    ``evidence`` is the stake that the bet on "no worse" must have reached. At 100 % there is no control to compare
    with, so ``outcomes`` and ``hours`` alone are the bake after which the candidate is released.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    share: int = Field(ge=1, le=100)
    evidence: float = Field(default=1.0, ge=1)
    outcomes: int = Field(default=50, ge=1)
    hours: float = Field(default=24.0, ge=0)


class Plan(BaseModel):
    """10 %, 50 %, 100 %, and a good candidate is rolled back in at most ``false_rollbacks`` of the rollouts.

    A person is asked after ``hold_outcomes`` of the candidate or ``hold_days`` in one stage, and where the candidate
    looks worse but has fewer outcomes than its share by more than ``imbalance`` standard deviations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    false_rollbacks: Rate = 0.05
    stages: tuple[Stage, ...] = Field(
        default=(Stage(share=10, evidence=5), Stage(share=50, evidence=20), Stage(share=100, outcomes=500)),
        min_length=1,
    )
    guardrails: dict[Metric, Guardrail] = Field(
        default={
            "approval": Guardrail(
                baseline=0.80, offsets=(0.05, 0.10, 0.20, 0.40), delta=0.10, weight=0.50,
                tolerated=0.05, drops=(0.10, 0.20, 0.40), weight_at_full=0.10,
            ),
            "errors": Guardrail(
                baseline=0.99, offsets=(0.01, 0.03, 0.09, 0.39), delta=0.05, weight=0.15,
                tolerated=0.02, drops=(0.05, 0.11, 0.39), weight_at_full=0.05,
            ),
            "latency": Guardrail(
                baseline=0.95, offsets=(0.03, 0.07, 0.20, 0.45), delta=0.07, weight=0.15,
                tolerated=0.04, drops=(0.08, 0.20, 0.45), weight_at_full=0.05,
            ),
        },
        min_length=1,
    )
    imbalance: float = Field(default=2.5, gt=0)
    hold_outcomes: int = Field(default=2000, ge=1)
    hold_days: float = Field(default=14.0, gt=0)

    @field_validator("stages")
    @classmethod
    def _grow_to_all(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        shares = [stage.share for stage in stages]
        if shares != sorted(set(shares)) or shares[-1] != 100:
            raise ValueError(f"shares must grow and end with 100, not {shares}")
        return stages

    @field_validator("guardrails")
    @classmethod
    def _one_budget(cls, guardrails: dict[Metric, Guardrail]) -> dict[Metric, Guardrail]:
        spent = sum(guardrail.weight + guardrail.weight_at_full for guardrail in guardrails.values())
        if not isclose(spent, 1, abs_tol=1e-9):
            raise ValueError(f"all weights together are one budget and must be 1, not {spent:g}")
        return guardrails

    def frozen_at(self, baselines: dict[Metric, float]) -> Self:
        """The plan as it holds for one rollout: with the baselines that were measured when it started."""
        measured = {metric: rail.at(baselines.get(metric, rail.baseline)) for metric, rail in self.guardrails.items()}
        return self.model_copy(update={"guardrails": measured})


@lru_cache(maxsize=32)
def stored_plan(text: str) -> Plan:
    """A rollout's plan never changes, and to read it takes as long as to read all the rest of the rollout."""
    return Plan.model_validate_json(text)


def measured_baseline(good: int, outcomes: int, highest: float = HIGHEST_BASELINE) -> float | None:
    """Control's recent rate as a baseline, to 0.01 and within 0.50 to ``highest``; None of too few outcomes."""
    if outcomes < FEWEST_FOR_A_BASELINE:
        return None
    return min(highest, max(LOWEST_BASELINE, round(good / outcomes, 2)))
