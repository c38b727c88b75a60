"""Latencies as counts in buckets that grow by the same factor for ever; pure.

Percentiles of any number of drafts come from a few hundred numbers, which add up in any order. A percentile is wrong by
at most 1 % (``RELATIVE_ERROR``) of what it is, and by half a millisecond of rounding.
"""

from collections.abc import Mapping
from math import ceil, log

RELATIVE_ERROR = 0.01
_GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)


def bucket(milliseconds: int) -> int:
    """The number of the bucket of a latency; the first holds everything up to a millisecond."""
    return ceil(log(milliseconds, _GROWTH)) if milliseconds > 1 else 0


def percentile(latencies: Mapping[int, int], percent: int) -> int | None:
    """The latency in milliseconds that so many percent of the drafts did not exceed; None without drafts."""
    rank, seen = ceil(sum(latencies.values()) * percent / 100), 0
    for number in sorted(latencies):
        seen += latencies[number]
        if seen >= rank:
            return round(2 * _GROWTH**number / (_GROWTH + 1))
    return None
