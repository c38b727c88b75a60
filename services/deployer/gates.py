"""Where a rollout stands: all evidence of its counters against the plan; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import exp, log

from services.deployer.bets import BetAt, below, no_worse, worse
from services.deployer.evidence import ByShare, imbalance, log_mean, log_stake
from services.deployer.guardrail import Guardrail, Metric
from services.deployer.outcomes import Counts, Tally
from services.deployer.plan import Plan, Stage

_NONE = Counts()


@dataclass(frozen=True)
class Standing:
    """Evidence as natural logarithms; ``imbalance`` in standard deviations.

    ``log_e`` is that the candidate is worse, all guardrails in one budget; ``log_trusted`` the same, where a metric may
    say nothing of which outcomes of the candidate are missing. ``log_advance`` is that it is no worse, for each metric.
    """

    log_e: float
    log_trusted: float
    log_advance: dict[Metric, float]
    imbalance: dict[Metric, float]


def standing(plan: Plan, tally: Tally) -> Standing:
    """The evidence in these counters: the same for every order in which they grew."""
    counts = {metric: by_share(tally, metric) for metric in plan.guardrails}
    balance = {metric: imbalance(counts[metric]) for metric in plan.guardrails}
    trusted = {metric for metric, z in balance.items() if z >= -plan.imbalance}
    return Standing(
        log_e=_total(plan, counts, {*plan.guardrails}),
        log_trusted=_total(plan, counts, trusted),
        log_advance={metric: log_advance(rail, counts[metric]) for metric, rail in plan.guardrails.items()},
        imbalance=balance,
    )


def log_components(rail: Guardrail, counts: ByShare) -> list[float]:
    """Evidence of a drop while there is a control arm, one bet for each offset; the guardrail's is their mean."""
    return [log_stake(counts, bet) for bet in compared_bets(rail)]


def log_at_full(rail: Guardrail, counts: ByShare) -> list[float]:
    """Evidence of a drop below what is tolerated, of the outcomes at 100 %, one bet for each of the drops."""
    return [log_stake(counts, bet) for bet in full_bets(rail)]


def log_advance(rail: Guardrail, counts: ByShare) -> float:
    return log_stake(counts, advance_bet(rail))


def compared_bets(rail: Guardrail) -> list[BetAt]:
    return [partial(worse, rail.baseline, offset, rail.margin) for offset in rail.offsets]


def full_bets(rail: Guardrail) -> list[BetAt]:
    return [partial(below, rail.baseline - rail.tolerated, rail.baseline - drop) for drop in rail.drops]


def advance_bet(rail: Guardrail) -> BetAt:
    return partial(no_worse, rail.baseline, rail.delta)


def missing(plan: Plan, stage: Stage, tally: Tally, found: Standing, hours: float) -> Iterator[str]:
    """What must still be seen before the next stage; nothing that is unknown counts as good."""
    if hours < stage.hours:
        yield f"{stage.hours:g} hours in this stage, there were {hours:.1f}"
    for metric in plan.guardrails:
        seen = candidates(tally, metric, stage.share)
        if seen < stage.outcomes:
            yield f"{metric}: {stage.outcomes} outcomes of the candidate in this stage, there are {seen}"
        if stage.share == 100:
            continue
        if found.log_advance[metric] < log(stage.evidence):
            yield f"{metric}: evidence {stage.evidence:g} of being no worse, it is {exp(found.log_advance[metric]):.3g}"
        if abs(found.imbalance[metric]) > plan.imbalance:
            off = f"{found.imbalance[metric]:+.1f} standard deviations"
            yield f"{metric}: as many outcomes of each arm as were assigned to it, the candidate's are {off} off"


def candidates(tally: Tally, metric: Metric, share: int) -> int:
    """The candidate's outcomes of one metric whose customers were assigned at this share."""
    return tally.get(metric, {}).get(share, _NONE).candidate


def by_share(tally: Tally, metric: Metric) -> dict[float, Counts]:
    """One metric's counters by the probability of the candidate."""
    return {share / 100: cells for share, cells in tally.get(metric, {}).items()}


def _total(plan: Plan, counts: Mapping[Metric, ByShare], trusted: set[Metric]) -> float:
    """E = sum of weight x mean of a guardrail's bets, with control and at 100 %: a mean of bets, one budget for all."""
    parts: list[tuple[float, float]] = []
    for metric, rail in plan.guardrails.items():
        if metric in trusted:
            parts.append((rail.weight, log_mean(log_components(rail, counts[metric]))))
        parts.append((rail.weight_at_full, log_mean(log_at_full(rail, counts[metric]))))
    weights, logs = zip(*parts, strict=True)
    return log_mean(logs, weights)
