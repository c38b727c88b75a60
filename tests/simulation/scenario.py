"""What people and upstream systems do in a run, and when; drawn from the seed, as data, so that it can be shortened."""

from random import Random
from typing import Any, NamedTuple

from tests.simulation.terms import Terms

_LENGTH = 3600.0  # seconds in which everything is asked for
_VISITS_PER_JOB = 2
_SIZES = (255, 257, 400, 990)  # kilobytes
PLACES = ("notes", "property", "unknown", "broken")


class Action(NamedTuple):
    """At this second somebody does this; ``draw`` decides what the doing leaves open."""

    at: float
    who: str
    what: str
    draw: int
    about: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.at:7.1f}s {self.who}: {self.what} {' '.join(map(str, self.about))}".rstrip()


def scenario(seed: int) -> list[Action]:
    """In the order in which it is done."""
    random = Random(f"scenario {seed}")
    jobs = random.randint(1, 5)
    customers = random.randint(1, max(2, jobs * 2 // 3))
    actions = [*_jobs(random, jobs, customers), *_reviews(random, jobs), *_wishes(random, customers)]
    actions += [*_rollouts(random), *_mischief(random, jobs), *_afterwards(random, jobs, customers)]
    pace = Terms.drawn(seed).pace
    return sorted((action._replace(at=action.at * pace) for action in actions), key=lambda action: action.at)


def _jobs(random: Random, jobs: int, customers: int) -> list[Action]:
    found = []
    for number in range(jobs):
        about = (f"s-{number}", f"c-{random.randrange(customers)}")
        found.append(_at(random, "upstream", "job", *about))
        if random.random() < 0.2:
            found.append(_at(random, "upstream", "job", *about))  # says it again
        if random.random() < 0.3:
            found.append(_at(random, "upstream", "survey", *about, random.randint(1, 5)))
        if random.random() < 0.1:
            found.append(_at(random, "upstream", "broken job", *about))
    return found


def _reviews(random: Random, jobs: int) -> list[Action]:
    verbs = random.choices(("approve", "reject", "edit", "approve stale"), (7, 2, 2, 1), k=jobs * _VISITS_PER_JOB)
    return [_at(random, "reviewer", verb) for verb in verbs]


def _wishes(random: Random, customers: int) -> list[Action]:
    wishes = [f"c-{number}" for number in range(customers)]
    opted_out = [_at(random, "customer", "opt out", name) for name in wishes if random.random() < 0.15]
    return opted_out + [_at(random, "customer", "erase", name) for name in wishes if random.random() < 0.1]


def _rollouts(random: Random) -> list[Action]:
    """Two versions, the first in production from the beginning; perhaps a rollout of the other, with its ups and downs."""
    found = [Action(0.0, "engineer", "register", 0, (1,)), Action(0.1, "engineer", "point", 0, (1,))]
    if random.random() < 0.7:
        start = random.uniform(5, 600)
        found += [Action(start, "engineer", "register", 0, (2,)), Action(start + 60, "engineer", "roll out", 0, (2,))]
        found += [Action(start + 120, "engineer", "advance", 0), *_ups_and_downs(random, start + 150)]
    return found


def _ups_and_downs(random: Random, since: float) -> list[Action]:
    """Perhaps a pause, perhaps another step, perhaps the end while reviewers approve what they can."""
    later = sorted(random.uniform(since, _LENGTH) for _ in range(5))
    orders = [("hold", 0.3), ("resume", 0.3), ("advance", 0.6), ("advance", 0.6)]
    found = [Action(at, "engineer", order, 0) for at, (order, often) in zip(later, orders, strict=False) if random.random() < often]
    if random.random() < 0.6:
        rush = [Action(later[4] - 1, "reviewer", "approve", random.randrange(2**32)) for _ in range(4)]
        found += [*rush, Action(later[4], "engineer", "rollback", 0)]
    return found


def _mischief(random: Random, jobs: int) -> list[Action]:
    found = [_at(random, "stranger", "garbage") for _ in range(random.randint(0, 2))]
    if random.random() < 0.3:
        found += [_at(random, "stranger", "forged approval", f"s-{random.randrange(jobs)}")]
    rare = (("operator", "replay", 0.1), ("relay", "trim", 0.1), ("engineer", "shout", 0.03), ("somebody", "tamper", 0.03))
    return found + [_at(random, who, what) for who, what, often in rare if random.random() < often]


def _afterwards(random: Random, jobs: int, customers: int) -> list[Action]:
    """What people do with the mails that they got, what is huge, and an operator who stops everything."""
    found = [_at(random, "customer", what) for what in ("unsubscribe", "book", "book") if random.random() < 0.15]
    if random.random() < 0.1:
        about = f"s-{jobs + 10}", f"c-{random.randrange(customers)}", random.choice(_SIZES), "kB in", random.choice(PLACES)
        found.append(_at(random, "upstream", "huge job", *about))
    return found + [_at(random, "operator", "pause")] * (random.random() < 0.05)


def _at(random: Random, who: str, what: str, *about: Any) -> Action:
    return Action(random.uniform(1, _LENGTH), who, what, random.randrange(2**32), about)
