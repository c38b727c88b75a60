"""Outcomes: what became of what both versions wrote, and how often; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from services.deployer.guardrail import Metric


class Arm(StrEnum):
    CONTROL = "control"
    CANDIDATE = "candidate"


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


Tally = Mapping[Metric, Mapping[int, Counts]]  # outcomes by metric, and by the share in percent at assignment


def added(tally: Tally, metric: Metric, share: int, more: Counts) -> Tally:
    """The tally with these outcomes more."""
    shares = tally.get(metric, {})
    return {**tally, metric: {**shares, share: shares.get(share, Counts()).plus(more)}}


def total(tallies: Iterable[Tally]) -> Tally:
    """All outcomes of several tallies."""
    summed: Tally = {}
    for tally in tallies:
        for metric, shares in tally.items():
            for share, counts in shares.items():
                summed = added(summed, metric, share, counts)
    return summed


def cell(arm: Arm, good: bool) -> str:
    """The field of ``Counts`` and ``Bet`` that an outcome belongs to."""
    return f"{arm}_{'good' if good else 'bad'}"


@dataclass(frozen=True)
class Outcome:
    """What became of a customer's first referral in a rollout; ``share`` in percent is the one at its assignment."""

    customer_id: str
    metric: Metric
    arm: Arm
    share: int
    good: bool
    at: datetime

    def counts(self) -> Counts:
        return Counts(**{cell(self.arm, self.good): 1})


def first_of_each(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """A customer's first outcome of each metric: repetitions, and what follows from the same customer, do not count."""
    seen: set[tuple[str, Metric]] = set()
    for outcome in outcomes:
        key = outcome.customer_id, outcome.metric
        if key not in seen:
            seen.add(key)
            yield outcome
