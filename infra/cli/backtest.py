"""Made-up rollouts, outcome by outcome, decided by the deployer's own rules.

Whether a decision might be due is found with stakes that each message multiplies; what is decided then is always
asked of the rollout itself, with its integer counters. Messages among which none can be due, in whatever order they
come, are taken at once. Time gates count as passed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import mul
from random import Random

from infra.cli.histories import ROUNDING, Course, Stakes, Truth
from services.deployer.evidence import imbalance
from services.deployer.gates import by_share
from services.deployer.model import Rollout, Status, Step
from services.deployer.outcomes import Counts
from services.deployer.plan import Plan

_START = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ended:
    """How one rollout ended, and what it took, in outcomes."""

    status: Status
    share: int
    exposed: int
    bad: int
    outcomes: int


class Passage:
    """One rollout on its way through one stage."""

    def __init__(self, rollout: Rollout, course: Course, stakes: Stakes, spent: float) -> None:
        self.rollout = rollout
        self.course = course
        self.stakes = stakes
        self.limit = ROUNDING / rollout.plan.false_rollbacks - spent
        self.reached = 0
        self.seen: Counter[int] = Counter()

    def decided(self, chance: Random) -> Rollout:
        """The rollout after the next decision."""
        for messages in self.course.endless(chance):
            decided = self._through(messages)
            if decided:
                return decided
        raise AssertionError("messages never end")

    def _through(self, messages: list[int]) -> Rollout | None:
        """Go through these messages up to the first decision; as many at once as none can be due after any of."""
        if self._leapt(messages):
            return None
        if len(messages) > 1:
            half = len(messages) // 2
            return self._through(messages[:half]) or self._through(messages[half:])
        self._take(messages[0], 1)
        due = self._due(self.reached, self.stakes) and self._due(self.reached, self.stakes, self._balanced())
        return self._ask() if due else None

    def _leapt(self, messages: list[int]) -> bool:
        """Whether all were taken at once: nothing can be due after any of them, in whatever order they come."""
        times = Counter(messages)
        reached = self.reached + sum(map(self.course.to_candidate.__getitem__, messages))
        highest = self.stakes
        for place, often in times.items():
            highest = _grown(highest, self.course.at_most[place], often)
        if self._due(reached, highest):
            return False
        for place, often in times.items():
            self._take(place, often)
        return True

    def _take(self, place: int, times: int) -> None:
        self.seen[place] += times
        self.reached += times * self.course.to_candidate[place]
        self.stakes = _grown(self.stakes, self.course.factors[place], times)

    def _due(self, reached: int, stakes: Stakes, balanced: bool = True) -> bool:
        forward = balanced and reached >= self.course.enough and min(stakes.no_worse) >= self.course.evidence
        return forward or reached >= self.rollout.plan.hold_outcomes or sum(stakes.worse) >= self.limit

    def _balanced(self) -> bool:
        """Without it no stage is left; known here, since to ask after every message of a long imbalance takes long."""
        here = {self.course.share / 100: Counts(self.seen.total() - self.reached, 0, self.reached, 0)}
        z = imbalance(by_share(self.rollout.tally, self.course.metrics[0]) | here)
        return self.course.full or abs(z) <= self.rollout.plan.imbalance

    def _ask(self) -> Rollout | None:
        rollout = self.course.counted(self.rollout, self.seen)
        now = rollout.entered_at + self.course.hours
        step = rollout.decide(now).step
        return None if step is Step.WAIT else rollout.after(step, now)


def runs(plan: Plan, truth: Truth, count: int, seed: str) -> Iterator[Ended]:
    """So many rollouts of this truth; the same seed gives the same ones."""
    courses = [Course(plan, stage, truth) for stage in plan.stages]
    chance = Random(seed)
    return (_ended(_run(plan, courses, chance)) for _ in range(count))


def _run(plan: Plan, courses: list[Course], chance: Random) -> Rollout:
    """One rollout from its start to a release, a rollback, or a person who is asked."""
    rails = plan.guardrails.values()
    rollout = Rollout(plan, _START)
    compared = [rail.weight / len(rail.offsets) for rail in rails for _ in rail.offsets]
    full = [rail.weight_at_full / len(rail.drops) for rail in rails for _ in rail.drops]
    hopes = [1.0] * len(rails)
    while rollout.status is Status.RUNNING:
        course = courses[rollout.stage]
        moving, resting = (full, compared) if course.full else (compared, full)
        passage = Passage(rollout, course, Stakes(moving, hopes), sum(resting))
        rollout = passage.decided(chance)
        compared, hopes = (compared if course.full else passage.stakes.worse), passage.stakes.no_worse
    return rollout


def _ended(rollout: Rollout) -> Ended:
    counts = next(iter(rollout.tally.values())).values()  # every message has an outcome of every metric
    return Ended(
        status=rollout.status,
        share=rollout.current.share,
        exposed=sum(cells.candidate for cells in counts),
        bad=sum(cells.candidate_bad for cells in counts),
        outcomes=sum(cells.candidate + cells.control for cells in counts),
    )


def _grown(stakes: Stakes, factors: Stakes, times: int) -> Stakes:
    if times == 1:
        return Stakes(list(map(mul, stakes.worse, factors.worse)), list(map(mul, stakes.no_worse, factors.no_worse)))
    return Stakes(
        [stake * factor**times for stake, factor in zip(stakes.worse, factors.worse, strict=True)],
        [stake * factor**times for stake, factor in zip(stakes.no_worse, factors.no_worse, strict=True)],
    )
