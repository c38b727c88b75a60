"""How much outcomes say about a candidate: betting e-processes on integer counters; pure.

An outcome is good or bad: a draft approved or rejected, made without error or not, in time or late. A bet multiplies its
stake with every outcome, by a factor whose mean is at most 1 as long as the candidate is no worse, so P(stake ever >= x)
<= 1/x: any number of looks, in any order (Ville's inequality; Waudby-Smith and Ramdas, "Estimating means of bounded random
variables by betting"). Stakes are natural logarithms throughout, linear in the counters; w is the share of customers,
0 < w <= 1, that the candidate had when the outcome's customer was assigned.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import exp, fsum, inf, log, log1p, sqrt
from operator import mul
from typing import NamedTuple

LONGEST_STEP = 0.9  # of the stake at which a bet could lose everything: no single outcome ruins it


class Counts(NamedTuple):
    """Outcomes of one metric at one share."""

    control_good: int = 0
    control_bad: int = 0
    candidate_good: int = 0
    candidate_bad: int = 0

    @property
    def control(self) -> int:
        return self.control_good + self.control_bad

    @property
    def candidate(self) -> int:
        return self.candidate_good + self.candidate_bad

    def plus(self, more: Sequence[int]) -> "Counts":
        return Counts(*(mine + theirs for mine, theirs in zip(self, more, strict=True)))


class Bet(NamedTuple):
    """What one outcome adds to the logarithm of the stake, for each of the four cells of ``Counts``."""

    control_good: float = 0.0
    control_bad: float = 0.0
    candidate_good: float = 0.0
    candidate_bad: float = 0.0


ByShare = Mapping[float, Counts]
BetAt = Callable[[float], Bet]  # the bet at a share


@lru_cache(maxsize=1024)
def worse(baseline: float, offset: float, margin: float, w: float) -> Bet:
    """The bet that the candidate's rate of good outcomes is below control's by more than ``margin``, quickest at ``offset``.

    With b the baseline, d the offset, m the margin (0 <= m < d <= b < 1) and t = b - w d:
    lambda = min((d - m) w (1-w) / (t (1-t)), 0.9 min(w / (1-b+m), (1-w) / b)). Candidate good 1 - lambda (1-b+m) / w,
    bad 1 + lambda (b-m) / w; control good 1 + lambda (1-b) / (1-w), bad 1 - lambda b / (1-w). The mean factor is
    1 - lambda (candidate - control + m), whatever b. Without control (w = 1) there is nothing to compare.
    """
    if w == 1:
        return Bet()
    between = baseline - w * offset
    step = min(
        (offset - margin) * w * (1 - w) / (between * (1 - between)),
        LONGEST_STEP * min(w / (1 - baseline + margin), (1 - w) / baseline),
    )
    return _compared(baseline, baseline - margin, step, w)


@lru_cache(maxsize=1024)
def no_worse(baseline: float, delta: float, w: float) -> Bet:
    """The bet that the candidate is not below control by ``delta`` or more: the same with the other sign.

    With 0 < delta < b < 1: lambda = min(delta / ((b-delta)(1-b+delta) / w + b (1-b) / (1-w)),
    0.9 min(w / (b-delta), (1-w) / (1-b))). Candidate good 1 + lambda (1-b+delta) / w, bad 1 - lambda (b-delta) / w;
    control good 1 - lambda (1-b) / (1-w), bad 1 + lambda b / (1-w).
    """
    if w == 1:
        return Bet()
    lowest = baseline - delta
    step = min(
        delta / (lowest * (1 - lowest) / w + baseline * (1 - baseline) / (1 - w)),
        LONGEST_STEP * min(w / lowest, (1 - w) / (1 - baseline)),
    )
    return _compared(baseline, lowest, -step, w)


@lru_cache(maxsize=1024)
def below(null: float, alternative: float, w: float) -> Bet:
    """The bet that the candidate's rate is below ``null``, quickest at ``alternative``: a likelihood ratio, only at w = 1.

    Good alternative / null, bad (1 - alternative) / (1 - null); the mean is at most 1 at any rate of ``null`` or above.
    """
    return Bet(0.0, 0.0, log(alternative / null), log((1 - alternative) / (1 - null))) if w == 1 else Bet()


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
    """By how many standard deviations the candidate has more outcomes than its share: sum(n_c - w n) / sqrt(sum n w (1-w)).

    Far below 0, its outcomes are missing (slow or lost reviews); far above, control's are.
    """
    compared = [(w, cells.candidate, cells.control + cells.candidate) for w, cells in counts.items() if w < 1]
    spread = fsum(n * w * (1 - w) for w, _, n in compared)
    return fsum(candidate - w * n for w, candidate, n in compared) / sqrt(spread) if spread else 0.0


def _compared(control_rate: float, candidate_rate: float, step: float, w: float) -> Bet:
    """Stake ``step`` on the difference of both arms; each arm's mean factor is 1 at its rate."""
    return Bet(
        control_good=log1p(step * (1 - control_rate) / (1 - w)),
        control_bad=log1p(-step * control_rate / (1 - w)),
        candidate_good=log1p(-step * (1 - candidate_rate) / w),
        candidate_bad=log1p(step * candidate_rate / w),
    )
