"""Every decision about a rollout once more: from its own counts, and beside what the log held by then; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from infra.cli.retold import STARTED, Told, cells, tallied
from services.deployer.gates import Standing, standing
from services.deployer.model import Decision, Rollout, Step
from services.deployer.outcomes import Outcome, first_of_each

PRECISION = 1e-9
SKEW = timedelta(seconds=1)  # by which two computers' clocks may differ
_FROZEN = ("agent", "candidate", "candidate_hash", "baseline", "baseline_hash", "baseline_revision", "salt")


@dataclass(frozen=True)
class Judged:
    """A recorded change and what its counts say again.

    ``found`` is the decision anew, None where a person or something outside the evidence decided. ``in_flight`` are the
    outcomes that the log had by then and the decision had not counted.
    """

    told: Told
    standing: Standing | None = None
    found: Decision | None = None
    in_flight: int | None = None
    differences: tuple[str, ...] = ()


def judged(story: Sequence[Told], outcomes: Iterable[Outcome], outside: frozenset[str] = frozenset()) -> Iterator[Judged]:
    """Each change of a rollout, recomputed.

    ``outside`` are events that end a rollout whatever its evidence is: production moved by hand.
    """
    logged = list(outcomes)
    started = next((told for told in story if told.kind == STARTED), None)
    rollout = Rollout(started.plan, started.at) if started else None
    gaps = _gaps(story)
    for told in story:
        odd = gaps.get(told.said.revision, ())
        if not rollout or not started or told.said.revision <= started.said.revision:
            yield Judged(told, differences=odd)
            continue
        by_then = [outcome for outcome in logged if outcome.at <= told.at + SKEW]
        before = replace(rollout, tally=told.tally or tallied(first_of_each(by_then)))
        after = before.after(told.step, told.at) if told.step else before
        odd += tuple(_changed(started, told)) + tuple(_share(after, told))
        yield _judge(before, told, by_then, odd, told.cause in outside)
        rollout = after


def _judge(before: Rollout, told: Told, by_then: list[Outcome], odd: tuple[str, ...], outside: bool) -> Judged:
    found = standing(before.plan, before.tally)
    decided = told.said.by is None and not outside and told.step not in (None, Step.RESUME)
    decision = before.decide(told.at + SKEW) if decided else None
    odd += tuple(_stakes(told, found))
    if decision and decision.step is not told.step:
        odd += (f"its counts say {decision.step.replace('_', ' ')} ({decision.reason}), not {told.step.replace('_', ' ')}",)
    if decision and not told.said.evidence:
        odd += ("it says no counts that it rests on",)
    odd += tuple(_more_than_logged(told, by_then))
    in_flight = sum(1 for _ in first_of_each(by_then)) - sum(number for _, number in cells(before.tally))
    return Judged(told, found, decision, in_flight if told.tally is not None else None, odd)


def _stakes(told: Told, found: Standing) -> Iterator[str]:
    """Where the recorded evidence is not what the recorded counts give."""
    said = told.said.evidence
    if not said:
        return
    pairs = {"log_e": (said.log_e, found.log_e), "log_trusted": (said.log_trusted, found.log_trusted)}
    pairs |= {f"log_advance of {metric}": (log, found.log_advance.get(metric)) for metric, log in said.log_advance.items()}
    for name, (recorded, again) in pairs.items():
        if again is None or not abs(recorded - again) <= PRECISION:
            yield f"its counts give {name} {again}, it says {recorded}"


def _more_than_logged(told: Told, by_then: list[Outcome]) -> Iterator[str]:
    """Which of a customer's outcomes came first is not known for sure, but no counter can have more than there are."""
    once = {(outcome.customer_id, outcome.counts(), outcome.metric, outcome.share): outcome for outcome in by_then}
    logged = dict(cells(tallied(once.values())))
    for name, number in cells(told.tally or {}):
        if number > logged.get(name, 0):
            yield f"it counted {number} of {name}; the log has {logged.get(name, 0)} by then"


def _changed(started: Told, told: Told) -> Iterator[str]:
    for name in _FROZEN:
        if getattr(started.said, name) != getattr(told.said, name):
            yield f"{name} is not the one that the rollout started with"


def _share(after: Rollout, told: Told) -> Iterator[str]:
    percent = 0 if told.step is Step.ROLL_BACK else 100 if told.step is Step.RELEASE else after.current.share
    if told.step and told.said.percent != percent:
        yield f"it says {told.said.percent} % from then on; by the plan it is {percent} %"


def _gaps(story: Sequence[Told]) -> dict[int, tuple[str, ...]]:
    """What is odd between two changes: a missing one, and counters that shrink."""
    odd: dict[int, tuple[str, ...]] = {}
    for one, other in pairwise(story):
        if other.said.revision != one.said.revision + 1:
            odd[other.said.revision] = (f"revision {other.said.revision} follows {one.said.revision}: the log lacks what is between",)
    counted: dict[str, int] = {}
    for told in story:
        now = dict(cells(told.tally or {}))
        shrunk = [name for name, number in counted.items() if told.tally is not None and now.get(name, 0) < number]
        if shrunk:
            odd[told.said.revision] = (*odd.get(told.said.revision, ()), f"less was counted than before: {', '.join(shrunk)}")
        counted |= now
    return odd
