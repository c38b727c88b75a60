"""What one outcome is worth as evidence: the factors of betting e-processes; pure.

An outcome is good or bad: a draft approved or rejected, made without error or not, in time or late. A bet multiplies
its stake with every outcome, by a factor whose mean is at most 1 as long as what it bets against is true, so that
P(stake ever >= x) <= 1/x: any number of looks, in any order (Ville's inequality; Waudby-Smith and Ramdas, "Estimating
means of bounded random variables by betting"). Factors are kept as natural logarithms. ``w`` is the probability of the
candidate, 0 < w <= 1, when the outcome's customer was assigned.
"""

from collections.abc import Callable
from functools import lru_cache
from math import log, log1p
from typing import NamedTuple

LONGEST_STEP = 0.9  # of the step at which one outcome could lose the whole stake


class Bet(NamedTuple):
    """What one outcome adds to the logarithm of the stake, for each of the four cells of ``Counts``."""

    control_good: float = 0.0
    control_bad: float = 0.0
    candidate_good: float = 0.0
    candidate_bad: float = 0.0


BetAt = Callable[[float], Bet]  # the bet at a share


@lru_cache(maxsize=1024)
def worse(baseline: float, offset: float, margin: float, w: float) -> Bet:
    """The bet that the candidate's rate is below control's by more than ``margin``, best where by ``offset``.

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
    """The bet that the candidate's rate is below ``null``, best at ``alternative``: a likelihood ratio, only at w = 1.

    Good alternative / null, bad (1 - alternative) / (1 - null); the mean is at most 1 at any rate of ``null`` or above.
    """
    return Bet(0.0, 0.0, log(alternative / null), log((1 - alternative) / (1 - null))) if w == 1 else Bet()


def _compared(control_rate: float, candidate_rate: float, step: float, w: float) -> Bet:
    """Stake ``step`` on the difference of both arms; each arm's mean factor is 1 at its rate."""
    return Bet(
        control_good=log1p(step * (1 - control_rate) / (1 - w)),
        control_bad=log1p(-step * control_rate / (1 - w)),
        candidate_good=log1p(-step * (1 - candidate_rate) / w),
        candidate_bad=log1p(step * candidate_rate / w),
    )
