"""A rollout once more in the order of the event log, looked at after every outcome; pure.

The deployer looks after a batch, and what it counts is a little behind the log, so that it decides a few outcomes later.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from infra.cli.explain import Judged
from infra.cli.retold import STARTED, Told
from services.deployer.gates import standing
from services.deployer.model import Rollout, Step
from services.deployer.outcomes import Outcome, first_of_each

TWO_BATCHES = 20  # outcomes: counted side by side, they are seen only together
TWO_TICKS = timedelta(minutes=2)


@dataclass(frozen=True)
class Point:
    """The evidence after so many outcomes, as a natural logarithm, and what is to be done then."""

    number: int
    at: datetime
    share: int
    log_e: float
    step: Step


@dataclass(frozen=True)
class Part:
    """What lies between two changes; ``until`` is the one that ends it."""

    share: int
    points: list[Point] = field(default_factory=list)
    until: Told | None = None

    def demanded(self) -> list[list[Point]]:
        """The runs of outcomes during which something was to be done."""
        runs = [list(run) for _, run in groupby(self.points, key=lambda point: point.step)]
        return [run for run in runs if run[0].step is not Step.WAIT]


def replayed(story: Sequence[Told], outcomes: Iterable[Outcome]) -> list[Part]:
    """The rollout part by part; each begins where the recorded change before it left the rollout."""
    started = next((told for told in story if told.kind == STARTED), None)
    if not started:
        return []
    rollout, parts, number = Rollout(started.plan, started.at), [], 0
    waiting = sorted(first_of_each(sorted(outcomes, key=_time)), key=_time)
    changes = [told for told in story if told.said.revision > started.said.revision]
    for until in [*changes, None]:
        mine = [outcome for outcome in waiting[number:] if not until or outcome.at <= until.at]
        part = Part(rollout.current.share, until=until)
        for outcome in mine if not rollout.finished else []:
            number, rollout = number + 1, rollout.learn(outcome)
            part.points.append(_point(rollout, number, outcome))
        parts.append(part)
        rollout = rollout.after(until.step, until.at) if until and until.step else rollout
    return parts


def crossing(parts: Sequence[Part]) -> Point | None:
    """Where the evidence that the candidate is worse suffices for the first time."""
    return next((point for part in parts for point in part.points if point.step is Step.ROLL_BACK), None)


def behind(part: Part) -> int | None:
    """How many outcomes the log demanded what ended this part before it was decided; None where it never did."""
    runs = part.demanded()
    demanded = bool(runs) and part.until is not None and runs[-1][-1] is part.points[-1] and runs[-1][0].step is part.until.step
    return len(runs[-1]) - 1 if demanded else None


def differences(parts: Sequence[Part], changes: Sequence[Judged], now: datetime) -> Iterator[str]:
    """Where the log demanded something else than what was done, for longer than the deployer can have overlooked."""
    unseen = TWO_BATCHES + 2 * max((one.in_flight or 0 for one in changes), default=0)
    for part in parts:
        for run in part.demanded():
            if part.until and (len(run) < unseen or part.until.step is run[0].step):
                continue
            if not part.until and now - run[0].at < TWO_TICKS:
                continue
            done = f"{part.until.step.replace('_', ' ')} followed" if part.until and part.until.step else "nothing followed"
            yield f"from outcome {run[0].number} to {run[-1].number} the log demands {run[0].step.replace('_', ' ')}; {done}"


def passing(parts: Sequence[Part]) -> Iterator[str]:
    """What was demanded for a moment, and not any more when the deployer looked."""
    for part in parts:
        for run in part.demanded():
            if part.until and part.until.step is not run[0].step:
                yield f"{run[0].step.replace('_', ' ')} from outcome {run[0].number} to {run[-1].number}, for {len(run)} outcomes"


def _point(rollout: Rollout, number: int, outcome: Outcome) -> Point:
    decision = rollout.decide(outcome.at)
    found = decision.standing or standing(rollout.plan, rollout.tally)
    return Point(number, outcome.at, rollout.current.share, found.log_e, decision.step)


def _time(outcome: Outcome) -> datetime:
    return outcome.at
