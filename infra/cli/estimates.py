"""Figures from repeated runs, each with its Monte-Carlo error: one standard error; pure."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

Estimate = dict[str, float | None]


def share(hits: int, runs: int) -> Estimate:
    """How often something happened; the error is the binomial one."""
    rate = hits / runs
    return _estimate(rate, sqrt(rate * (1 - rate) / runs))


def mean(found: Sequence[float]) -> Estimate:
    if not found:
        return _estimate(None, None)
    return _estimate(fmean(found), stdev(found) / sqrt(len(found)) if len(found) > 1 else None)


def quantile(found: Sequence[float], part: float) -> Estimate:
    """The value below which this part of all lies; its error is half of what one standard error of rank moves it."""
    if not found:
        return _estimate(None, None)
    ordered = sorted(found)
    spread = sqrt(len(found) * part * (1 - part))
    low, middle, high = (_at(ordered, len(found) * part + ranks) for ranks in (-spread, 0.0, spread))
    return _estimate(middle, (high - low) / 2)


def _at(ordered: Sequence[float], rank: float) -> float:
    return ordered[min(len(ordered) - 1, max(0, int(rank)))]


def _estimate(value: float | None, error: float | None) -> Estimate:
    return {"value": value, "error": error}
