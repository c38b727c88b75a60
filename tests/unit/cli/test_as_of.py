"""Features with two clocks: what was true, and what was known; the same in whatever order the facts came."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.as_of import Fact, folded, in_order, until
from infra.cli.say import Problem
from services.features import table
from services.features.reactions import routes
from tests.harness.facts import job, survey
from tests.harness.room import Room, record

START = datetime(2026, 11, 20, tzinfo=UTC)
EVENTS: list[Any] = [  # in the order in which they happened
    job("s-1", satisfaction=None, completed_at="2026-01-01T10:00:00Z", property={"type": "flat"}),
    survey("s-1", 2, "2026-01-05T10:00:00Z"),
    job("s-3", satisfaction=5, completed_at="2026-02-01T10:00:00Z", service__price=None),
    survey("s-3", 4, "2026-02-04T10:00:00Z"),
    survey("s-3", 1, "2026-02-05T10:00:00Z"),
    job("s-2", satisfaction=3, completed_at="2026-03-01T10:00:00Z", property={"type": "barn"}),
]


def delivered(order: list[int]) -> list[Fact]:
    """The facts of a log into which the events came in this order, a day apart."""
    bodies = [json.loads(record(EVENTS[index])["body"]) for index in order]
    return in_order(body | {"time": (START + timedelta(days=day)).isoformat()} for day, body in enumerate(bodies))


def straight(count: int) -> Any:
    """Folding the first so many events, one after the other."""
    known = table.find(Room(routes).given(*EVENTS[:count]).store, "c-1")
    return known and known.features()


def features(facts: list[Fact]) -> Any:
    known = folded("c-1", facts)
    return known and known.features()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(EVENTS) - 1), max_size=8), st.randoms(use_true_random=False), st.integers(1, len(EVENTS)))
def test_as_of_an_event_is_the_fold_of_the_first_events_in_any_order_and_repetition(
    again: list[int], chance: random.Random, count: int,
) -> None:
    order = [*range(len(EVENTS)), *again]
    chance.shuffle(order)
    facts, last = delivered(order), EVENTS[count - 1].metadata()
    assert features(until(facts, last.event_id, None)) == straight(count)
    assert features(until(facts, last.occurred_at.isoformat(), None)) == straight(count)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(EVENTS))), st.integers(1, len(EVENTS)))
def test_as_known_at_a_moment_is_the_fold_of_what_had_come_by_then(order: list[int], count: int) -> None:
    known_at = START + timedelta(days=count - 1)
    come = table.find(Room(routes).given(*(EVENTS[index] for index in order[:count])).store, "c-1")
    assert features(until(delivered(order), "", known_at)) == (come and come.features())


def test_a_late_fact_changes_what_was_true_and_not_what_was_known() -> None:
    facts, before = delivered([0, 5, 2]), START + timedelta(days=1)
    assert features(until(facts, "2026-02-15", None)).service_count == 2
    assert features(until(facts, "2026-02-15", before)).service_count == 1
    assert features(until(facts, "", before)).service_count == 2


def test_a_job_names_the_moment_too_and_what_nobody_knows_is_a_problem() -> None:
    facts = delivered([0, 1, 2])
    assert features(until(facts, "s-1", None)) == straight(1)
    with pytest.raises(Problem, match="neither a moment"):
        until(facts, "nothing", None)
