"""What one version did lately, and what a plan's baselines and the latency objective are taken from; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil
from typing import Self

from services.deployer.guardrail import Guardrail, Metric
from services.deployer.plan import HIGHEST_BASELINE, Plan, measured_baseline

KEPT = 128  # outcomes of each metric that one of a version's rings holds; all rings together hold at least 200
DEFAULT_OBJECTIVE_MS = 20_000  # for a version of which too little is known: a slow model, but not one that hangs
FEWEST_FOR_AN_OBJECTIVE = 20
_IN_TIME = 0.95  # of the drafts
_STEP_MS = 100  # an objective is rounded up, so that a version that is always equally quick is not late by a hair


@dataclass(frozen=True)
class Recent:
    """The last outcomes of a version, oldest first: 1 for an approval and a draft, else 0; milliseconds."""

    approval: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    latency: tuple[int, ...] = ()

    def learn(self, metric: Metric, value: int) -> Self:
        """With one outcome more, and without the oldest where there is no room."""
        return replace(self, **{metric: (*getattr(self, metric), value)[-KEPT:]})

    @classmethod
    def of(cls, rings: Iterable[Self]) -> Self:
        """All rings of a version together."""
        parts = list(rings)
        return cls(*(tuple(chain.from_iterable(getattr(part, name) for part in parts)) for name in cls.__annotations__))

    def objective_ms(self) -> int:
        """What a draft may take to be in time: what 95 % of the drafts took at most, to the next tenth of a second."""
        if len(self.latency) < FEWEST_FOR_AN_OBJECTIVE:
            return DEFAULT_OBJECTIVE_MS
        longest = sorted(self.latency)[ceil(_IN_TIME * len(self.latency)) - 1]
        return max(_STEP_MS, ceil(longest / _STEP_MS) * _STEP_MS)

    def frozen(self, plan: Plan) -> Plan:
        """The plan with this version's rates as baselines, where enough is known of them and the plan's drops fit."""
        rates = {metric: self._rate(metric, rail) for metric, rail in plan.guardrails.items()}
        return plan.frozen_at({metric: rate for metric, rate in rates.items() if rate})

    def _rate(self, metric: Metric, rail: Guardrail) -> float | None:
        seen = [took <= self.objective_ms() for took in self.latency] if metric == "latency" else getattr(self, metric)
        rate = measured_baseline(sum(seen), len(seen), max(HIGHEST_BASELINE, rail.baseline))
        fits = rate and max(*rail.offsets, *rail.drops, rail.delta) < rate
        return rate if fits else None
