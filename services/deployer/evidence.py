"""What all outcomes together say: natural logarithms of stakes, from integer counters; pure."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, fsum, inf, log, sqrt
from operator import mul

from services.deployer.bets import BetAt
from services.deployer.outcomes import Counts

ByShare = Mapping[float, Counts]  # by the probability of the candidate at assignment


def log_stake(counts: ByShare, bet: BetAt) -> float:
    """The logarithm of what a stake of 1 became. The sum is rounded once, hence order-free to the last bit."""
    return fsum(part for w, cells in counts.items() for part in map(mul, cells, bet(w)))


def log_mean(logs: Iterable[float], weights: Sequence[float] | None = None) -> float:
    """log(sum of weight * exp(log)) without overflow; equal weights where none are given. A mean of bets is a bet."""
    parts = list(logs)
    highest = max(parts)
    factors = weights or [1 / len(parts)] * len(parts)
    total = fsum(weight * exp(part - highest) for weight, part in zip(factors, parts, strict=True))
    return highest + log(total) if total else -inf


def anytime_p(log_evidence: Iterable[float]) -> float:
    """The p-value that may be read at any time: min(1, 1 / the highest evidence so far)."""
    return min(1.0, exp(-max(log_evidence, default=0.0)))


def imbalance(counts: ByShare) -> float:
    """By how many standard deviations the candidate has more outcomes than its share.

    z = sum(n_candidate - w n) / sqrt(sum n w (1-w)) over the shares with a control arm. Far below 0, outcomes of the
    candidate are missing (slow or lost reviews); far above 0, control's are.
    """
    compared = [(w, cells.candidate, cells.control + cells.candidate) for w, cells in counts.items() if w < 1]
    spread = fsum(n * w * (1 - w) for w, _, n in compared)
    return fsum(candidate - w * n for w, candidate, n in compared) / sqrt(spread) if spread else 0.0
