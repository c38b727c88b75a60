"""The feature store forgets who a customer was, and goes on counting."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.features import table
from services.features.api import app
from services.features.reactions import routes
from tests.harness.facts import erased, job, survey
from tests.harness.http import Http
from tests.harness.room import Room

PERSON = {"customer__email": "canary@example.com", "property": {"street": "Canary Street 1"}}
JOBS = [job(f"s-{number}", completed_at=f"2026-0{number}-01T10:00:00Z", **PERSON) for number in range(1, 5)]


def room(*events: Any) -> Room:
    return Room(routes).given(*events)


def counts(room: Room) -> Any:
    """What must be the same with and without an erasure."""
    return table.find(room.store, "c-1").features().model_copy(update={"property_features": {}})


def test_nothing_says_who_it_was_and_the_figures_stay() -> None:
    features = room(*JOBS)
    before = counts(features)
    assert "anary" in str(features.store.items)
    assert features.when(erased()) == []
    assert "anary" not in str(features.store.items)
    assert counts(features) == before
    assert features.announced == []


def test_a_customer_with_a_long_history_is_forgotten_in_every_version() -> None:
    features = room(*(job(f"s-{number}", **PERSON) for number in range(100)))
    features.when(erased())
    assert "anary" not in str(features.store.items)
    told = Http(app, features.store).get("/customers/c-1/kept").body
    assert told == {"customer_id": "c-1", "erased": True, "kept": {"jobs": 100, "versions": 100}}


def test_what_comes_after_the_erasure_is_counted_and_says_nothing_of_the_person() -> None:
    features = room(JOBS[0], erased())
    features.when(JOBS[1])
    assert table.find(features.store, "c-1").service_count == 2
    [told] = features.announced
    assert (told["type"], told["data"]["features"]["property_features"]) == ("FeaturesUpdated", {})
    assert "anary" not in str(features.store.items)


def test_a_customer_who_is_erased_before_the_first_job_is_unknown() -> None:
    features = room(erased())
    api = Http(app, features.store)
    assert api.get("/customers/c-1/features").status == 404
    assert api.get("/customers/c-1/kept").body["erased"] is True


def test_other_customers_stay_as_they_are() -> None:
    features = room(*JOBS)
    before = dict(features.store.items)
    features.when(erased("c-2"))
    assert {key: item for key, item in features.store.items.items() if key in before} == before


def test_the_warm_path_reads_once_and_writes_once() -> None:
    features = room(erased("c-2"))
    reads, commits = features.store.reads, features.store.commits
    features.when(*JOBS)
    assert (features.store.reads - reads, features.store.commits - commits) == (1, 1)


EVENTS = [*JOBS, survey("s-1", 2), survey("s-2", 1), erased(), erased(at="2026-11-22T10:00:00Z")]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, len(EVENTS) - 1), max_size=12), st.randoms(use_true_random=False), st.integers(1, 10))
def test_in_any_order_and_however_often_it_ends_the_same(again: list[int], chance: random.Random, size: int) -> None:
    straight, shuffled = room(*EVENTS), room()
    order = [*range(len(EVENTS)), *again]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert shuffled.when(*(EVENTS[index] for index in order[start : start + size])) == []
    assert counts(shuffled) == counts(straight)
    assert table.find(shuffled.store, "c-1").erased
    assert "anary" not in str(shuffled.store.items)
