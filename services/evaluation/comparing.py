"""Outcomes of cases become the figures of both sides and the comparison; pure."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from services.evaluation import statistics
from services.evaluation.case import SIDES, Attempt, Kept, Outcome
from services.evaluation.model import Result
from services.evaluation.verdict import MARGIN, nothing_to_compare, rule
from shared.events.evaluation import Comparison, Side
from shared.writing.checks.findings import fatal


def result(outcomes: Sequence[Outcome], seed: str, report: str) -> Result:
    """Everything that is announced; ``seed`` fixes the resamples of the interval."""
    compared = comparison(outcomes, seed)
    ruling = rule(compared, broken(outcomes)) if outcomes else nothing_to_compare()
    return Result(
        metrics={name: side([outcome.side(name) for outcome in outcomes]) for name in SIDES}, comparison=compared,
        verdict=ruling.verdict, passed=ruling.passed, reasons=ruling.reasons, report=report,
        cost_usd=total([outcome.spent for outcome in outcomes]),
    )


def side(attempts: Sequence[Attempt]) -> Side:
    verdicts = Counter(attempt.verdict for attempt in attempts if not attempt.error)
    written: list[Kept] = [attempt.written for attempt in attempts if attempt.written]
    latencies = sorted(kept.latency_ms for kept in written)
    return Side(
        approved=verdicts["approved"], rejected=verdicts["rejected"],
        errors=sum(bool(attempt.error) for attempt in attempts),
        failed_checks=dict(sorted(Counter(check for attempt in attempts for check in attempt.failed).items())),
        latency_ms_p50=percentile(latencies, 50), latency_ms_p95=percentile(latencies, 95),
        input_tokens=sum(kept.input_tokens for kept in written),
        output_tokens=sum(kept.output_tokens for kept in written),
        cost_usd=total([kept.cost_usd for kept in written]),
    )


def comparison(outcomes: Sequence[Outcome], seed: str) -> Comparison:
    pairs = Counter((o.baseline.verdict, o.candidate.verdict) for o in outcomes if o.counts)
    lost, won = pairs["approved", "rejected"], pairs["rejected", "approved"]
    compared = pairs.total()
    labels = [known for outcome in outcomes if (known := label(outcome))]
    return Comparison(
        compared=compared, both=pairs["approved", "approved"], only_baseline=lost, only_candidate=won,
        neither=pairs["rejected", "rejected"],
        inconsistent=sum(not o.counts and not (o.baseline.ours or o.candidate.ours) for o in outcomes),
        difference=(won - lost) / compared if compared else 0.0,
        interval=statistics.interval(compared, lost, won, seed),
        p_worse=statistics.p_worse(lost, won), p_better=statistics.p_worse(won, lost),
        p_inferior=statistics.p_inferior(compared, lost, won, MARGIN), margin=MARGIN,
        labelled=len(labels), agreed=sum(judge == person for judge, person in labels),
    )


def label(outcome: Outcome) -> tuple[str, str] | None:
    """What the judge and a person said of the very same words; a case counts once."""
    for attempt in (outcome.baseline, outcome.candidate):
        if attempt.judged and attempt.content_hash in outcome.people:
            return attempt.judged, outcome.people[attempt.content_hash]
    return None


def broken(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The candidate's drafts that failed what every draft must pass, by the name of the check."""
    return dict(Counter(check for outcome in outcomes for check in fatal(outcome.candidate.failed)))


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many percent do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else None


def total(costs: Sequence[Decimal | None]) -> Decimal | None:
    """None where one of them is not known."""
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None
