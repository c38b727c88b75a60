"""The backtest of a plan: which made-up rollouts are run, and what is said of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.cli import estimates
from infra.cli.backtest import Ended, runs
from infra.cli.histories import Truth
from services.deployer.guardrail import Metric
from services.deployer.model import Status
from services.deployer.plan import Plan

OTHER_BASELINES = (-0.10, 0.10)  # beside the plan's own: how often a good candidate is rolled back there
_BAD = {"errors": "errors", "latency": "over the latency objective"}


@dataclass(frozen=True)
class Scenario:
    """A truth and the plan that meets it; ``name`` also seeds its chance."""

    name: str
    plan: Plan
    truth: Truth

    @property
    def equal(self) -> bool:
        return self.truth.control == self.truth.candidate and not self.truth.at_full


@dataclass(frozen=True)
class Worse:
    """The candidates to be tried: their approval, and how often they fail or are late."""

    approval: Sequence[float] = (0.75, 0.70, 0.60, 0.50)
    errors: Sequence[float] = (0.04, 0.10)
    latency: Sequence[float] = (0.12,)
    only_at_full: float = 0.60


def scenarios(plan: Plan, worse: Worse) -> list[Scenario]:
    """Equal arms at several baselines, then every worse candidate; what the plan does not watch is left out."""
    good = {metric: rail.baseline for metric, rail in plan.guardrails.items()}
    found = list(_equal(plan, good))
    for metric in [metric for metric in good if metric != "approval"]:
        for rate in getattr(worse, metric):
            name = f"{_BAD[metric]} {1 - good[metric]:.2g} -> {rate:g}"
            found.append(Scenario(name, plan, Truth(good, good | {metric: 1 - rate})))
    if "approval" in good:
        found += [Scenario(f"approval {rate:g}", plan, Truth(good, good | {"approval": rate})) for rate in worse.approval]
        late = good | {"approval": worse.only_at_full}
        found.append(Scenario(f"approval {worse.only_at_full:g}, only at 100 %", plan, Truth(good, good, late)))
    return found


def backtest(found: Sequence[Scenario], count: int, seed: int, told: Callable[[], None]) -> list[dict[str, Any]]:
    """What became of so many runs of each scenario; ``told`` hears of every run."""
    return [_figures(scenario, list(_heard(scenario, count, seed, told))) for scenario in found]


def _equal(plan: Plan, good: dict[Metric, float]) -> Iterator[Scenario]:
    yield Scenario("no difference", plan, Truth(good, good))
    for off in OTHER_BASELINES if "approval" in good else ():
        there = round(good["approval"] + off, 2)
        if max(plan.guardrails["approval"].offsets) < there < 1:
            rates = good | {"approval": there}
            there_too = plan.frozen_at({"approval": there})
            yield Scenario(f"no difference at approval {there:g}", there_too, Truth(rates, rates))


def _heard(scenario: Scenario, count: int, seed: int, told: Callable[[], None]) -> Iterator[Ended]:
    for ended in runs(scenario.plan, scenario.truth, count, f"{seed} {scenario.name}"):
        told()
        yield ended


def _figures(scenario: Scenario, ended: list[Ended]) -> dict[str, Any]:
    """Customers exposed are those to whom the candidate wrote: a customer has one outcome in a rollout."""
    back = [run for run in ended if run.status is Status.ROLLED_BACK]
    exposed = [run.exposed for run in ended]
    return {
        "scenario": scenario.name,
        "equal": scenario.equal,
        "rolled_back": estimates.share(len(back), len(ended)),
        "rolled_back_at": {
            f"{stage.share}": estimates.share(sum(run.share == stage.share for run in back), len(ended))
            for stage in scenario.plan.stages
        },
        "released": estimates.share(sum(run.status is Status.RELEASED for run in ended), len(ended)),
        "held": estimates.share(sum(run.status is Status.HELD for run in ended), len(ended)),
        "exposed": _spread(exposed),
        "exposed_until_rollback": _spread([run.exposed for run in back]),
        "bad": estimates.mean([run.bad for run in ended]),
        "outcomes": _spread([run.outcomes for run in ended]),
    }


def _spread(found: Sequence[int]) -> dict[str, estimates.Estimate]:
    return {
        "mean": estimates.mean(found),
        "median": estimates.quantile(found, 0.5),
        "p90": estimates.quantile(found, 0.9),
    }
