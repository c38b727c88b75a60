"""Outcomes and rollouts for the deployer's stories."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import strategies as st

from services.deployer.guardrail import Metric
from services.deployer.model import Rollout
from services.deployer.outcomes import Arm, Counts, Outcome
from services.deployer.plan import Plan

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
METRICS: tuple[Metric, ...] = ("approval", "errors", "latency")
GOOD = {"approval": (360, 90, 45, 5), "errors": (891, 9, 100, 0), "latency": (855, 45, 98, 2)}
WORSE = (360, 90, 30, 20)


def outcome(number: int, good: bool = True, metric: Metric = "approval", arm: Arm = Arm.CANDIDATE, share: int = 10) -> Outcome:
    return Outcome(f"c-{number}", metric, arm, share, good, START)


def rollout(**counts: tuple[int, int, int, int]) -> Rollout:
    """At 10 %, with these outcomes: control good and bad, candidate good and bad."""
    started = Rollout(Plan(), START)
    return reduce(lambda so_far, metric: so_far.count(metric, 10, Counts(*counts[metric])), counts, started)


def learned(outcomes: Iterable[Outcome]) -> Rollout:
    return reduce(Rollout.learn, outcomes, rollout())


def histories() -> st.SearchStrategy[list[Outcome]]:
    """Outcomes of different customers, as they might come in."""
    said = st.tuples(st.booleans(), st.sampled_from(METRICS), st.sampled_from(Arm), st.sampled_from((10, 50)))
    return st.lists(said, max_size=60).map(lambda found: [outcome(n, *one) for n, one in enumerate(found)])
