"""Figures from samples: statistics of a period, and the search for metrics by their dimensions; pure."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_SEARCH = re.compile(r'^\{([^,}]+),([^}]+)\} service="([^"]+)" MetricName="([^"]+)"$')
Dimensions = frozenset[tuple[str, str]]
Series = dict[int, float]  # the beginning of a period, in seconds since 1970 -> its figure


class Sample(NamedTuple):
    """A value that was measured so many times; of any order of samples each metric's is that of time."""

    at: float
    value: float
    count: float = 1


Known = Callable[[tuple[str, str]], Mapping[Dimensions, Sequence[Sample]]]  # namespace and name -> by dimensions


@dataclass(frozen=True)
class Span:
    """A span of time in whole periods, seconds since 1970; its end is not part of it."""

    since: int
    until: int
    period: int

    def moments(self) -> range:
        return range(self.since, self.until, self.period)


def statistic(samples: Sequence[Sample], stat: str, span: Span) -> Series:
    """One figure for each period in which something was measured."""
    first = bisect_left(samples, (span.since,))
    periods: defaultdict[int, list[Sample]] = defaultdict(list)
    for sample in samples[first : bisect_left(samples, (span.until,))]:
        periods[span.since + int((sample.at - span.since) // span.period) * span.period].append(sample)
    return {at: figure(stat, measured) for at, measured in periods.items()}


def figure(stat: str, samples: Sequence[Sample]) -> float:
    """A statistic by CloudWatch's name, such as Sum or p95."""
    count = sum(sample.count for sample in samples)
    match stat:
        case "SampleCount":
            return count
        case "Sum":
            return sum(sample.value * sample.count for sample in samples)
        case "Average":
            return sum(sample.value * sample.count for sample in samples) / count
        case "Minimum":
            return min(sample.value for sample in samples)
        case "Maximum":
            return max(sample.value for sample in samples)
    return percentile(float(stat.removeprefix("p")), samples, count)


def percentile(percent: float, samples: Sequence[Sample], count: float) -> float:
    """Between the two nearest ranks."""
    place = percent / 100 * (count - 1)
    low, high = (_ranked(int(place) + more, samples) for more in (0, 1))
    return low + (place - int(place)) * (high - low)


def _ranked(rank: int, samples: Sequence[Sample]) -> float:
    seen, value = 0.0, 0.0
    for value, count in sorted((sample.value, sample.count) for sample in samples):
        seen += count
        if rank < seen:
            return value
    return value


def found(wanted: str, known: Known) -> Iterator[tuple[Dimensions, Sequence[Sample]]]:
    """The metrics that a search in our own form names: exactly these dimensions, of one service, with one name."""
    said = _SEARCH.match(wanted)
    assert said, f"a search is not written as ours are: {wanted}"
    namespace, names, service, metric = said.groups()
    for dimensions, samples in sorted(known((namespace, metric)).items(), key=lambda one: sorted(one[0])):
        if {name for name, _ in dimensions} == set(names.split(",")) and ("service", service) in dimensions:
            yield dimensions, samples
