"""What paired counts say: exact McNemar, Tango's score test, and a seeded bootstrap interval; pure.

All three see the same four numbers: on how many cases both versions were approved, only one of them, or neither.
"""

import math
import random
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate

RESAMPLES = 2_000
COVERED = 0.95  # of the interval that is shown


def at_least(hits: int, flips: int) -> float:
    """The probability of at least so many heads of a fair coin: exact, whatever the size."""
    ways = sum(math.comb(flips, heads) for heads in range(max(hits, 0), flips + 1))
    return ways / 2**flips


def p_worse(only_baseline: int, only_candidate: int) -> float:
    """Exact one-sided McNemar: how likely a candidate that is as good loses this often; swapped, that it is better."""
    return at_least(only_baseline, only_baseline + only_candidate)


def p_inferior(compared: int, only_baseline: int, only_candidate: int, margin: float) -> float:
    """Tango's score test: how likely a candidate that is worse by ``margin`` (a share of cases) does this well.

    The standard error is the one under that hypothesis, its other parameter at its restricted maximum likelihood.
    """
    if not compared:
        return 1.0
    nuisance = _restricted(compared, only_baseline, only_candidate, -margin)
    variance = compared * (2 * nuisance - margin * (1 + margin))
    surplus = only_candidate - only_baseline + compared * margin
    return 1.0 if variance <= 0 else math.erfc(surplus / math.sqrt(2 * variance)) / 2


def _restricted(compared: int, only_baseline: int, only_candidate: int, difference: float) -> float:
    """The likeliest share of cases that only the baseline wins, where the rates differ by exactly this much."""
    a = 2 * compared
    b = (a + only_baseline - only_candidate) * difference - only_baseline - only_candidate
    c = -only_baseline * difference * (1 - difference)
    return (math.sqrt(b * b - 4 * a * c) - b) / (2 * a)


def interval(compared: int, only_baseline: int, only_candidate: int, seed: str) -> tuple[float, float]:
    """The 95 % percentile interval of the difference, over resampled cases; the same seed gives the same interval.

    Only discordant cases move the difference, so that their counts are drawn instead of every single case.
    """
    if not compared:
        return 0.0, 0.0
    drawn = sorted(_differences(compared, only_baseline, only_candidate, random.Random(seed).random))
    cut = round((1 - COVERED) / 2 * RESAMPLES)
    return drawn[cut] / compared, drawn[-1 - cut] / compared


def _differences(compared: int, only_baseline: int, only_candidate: int, chance: Callable[[], float]) -> Iterator[int]:
    discordant = only_baseline + only_candidate
    for _ in range(RESAMPLES):
        size = _drawn(compared, discordant / compared, chance())
        won = _drawn(size, only_candidate / discordant, chance()) if size else 0
        yield 2 * won - size


def _drawn(trials: int, rate: float, chance: float) -> int:
    """The binomial number at this place (0 to 1) of its distribution."""
    return min(trials, bisect_left(_distribution(trials, rate), chance))


@lru_cache(maxsize=500)
def _distribution(trials: int, rate: float) -> list[float]:
    """The probability of at most 0, 1, 2 ... hits."""
    if rate in (0.0, 1.0):
        return [float(hits == trials * rate or rate == 0) for hits in range(trials + 1)]
    ways = [math.lgamma(trials + 1) - math.lgamma(h + 1) - math.lgamma(trials - h + 1) for h in range(trials + 1)]
    hit, miss = math.log(rate), math.log1p(-rate)
    return list(accumulate(math.exp(way + h * hit + (trials - h) * miss) for h, way in enumerate(ways)))
