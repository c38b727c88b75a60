"""Data preparation forgets whose jobs it joined, whose wait, and whose lie in quarantine; it prepares no more of them."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.prep import table
from services.prep.api import app
from services.prep.quarantine import Status
from services.prep.reactions import routes
from shared.events.upstream import referral_id
from tests.harness.facts import erased, features, job, job_detail
from tests.harness.http import Http
from tests.harness.room import Room, record, said

PERSON = {
    "customer__email": "canary@example.com", "customer__name": "Canaria Example", "service__notes": "canary notes",
    "property": {"street": "Canary Street 1"},
}
JOB, OTHER = job("s-1", **PERSON), job("s-2", **PERSON)
BROKEN = job_detail("s-3", satisfaction=9, **PERSON)
FUTURE = job("s-4", completed_at="2999-01-01T10:00:00Z", **PERSON)


def known(service_id: str) -> dict[str, Any]:
    """The features that include this job, as they are delivered."""
    about = features(property_features={"street": "Canary Street 1"})
    return record(about, metadata=said(about, f"e-{service_id}", referral_id(service_id)))


def room() -> Room:
    """A joined job, one that waits, and two in quarantine."""
    made = Room(routes)
    made.deliver([record(JOB), known("s-1"), record(OTHER), record(BROKEN), record(FUTURE)])
    made.given()
    return made


def leaks(prep: Room) -> list[Any]:
    """What still says something; what upstream said is kept compressed."""
    return [key for key, item in prep.store.items.items() if "anar" in str(item) or "content" in item]


def test_nothing_says_who_it_was_not_even_what_is_on_its_way() -> None:
    prep = room()
    assert leaks(prep)
    assert prep.when(erased()) == []
    assert not leaks(prep)
    assert prep.announced == []


def test_what_lay_in_quarantine_stays_on_record_without_its_content() -> None:
    prep = room()
    prep.when(erased())
    assert table.cases(prep.store, Status.WAITING, 10) == []
    cases = table.cases(prep.store, Status.DISCARDED, 10)
    assert sorted(reason.field for case in cases for reason in case.reasons) == ["completed_at", "satisfaction"]
    api = Http(app, prep.store)
    told = api.get(f"/quarantine/{cases[0].quarantine_id}").body
    assert (told["detail"], told["note"]) == (None, "customer erased")
    assert api.post(f"/quarantine/{cases[0].quarantine_id}/retry", {}).code == "already_discarded"


def test_what_was_mended_and_sent_again_is_forgotten_too() -> None:
    prep = Room(routes).given(BROKEN)
    [case] = table.cases(prep.store, Status.WAITING, 10)
    assert Http(app, prep.store).post(f"/quarantine/{case.quarantine_id}/retry", {"patch": {"satisfaction": 5}}).status == 200
    prep.when(erased())
    assert not leaks(prep)
    assert [case.status for case in table.cases(prep.store, Status.RETRIED, 10)] == [Status.RETRIED]


def test_of_whoever_is_erased_nothing_is_prepared() -> None:
    prep = Room(routes).given(JOB, erased())
    assert prep.deliver([known("s-1"), record(JOB), record(OTHER), known("s-2")]) == []
    assert prep.announced == []
    assert not leaks(prep)


def test_it_is_told_how_much_is_kept() -> None:
    prep = room()
    api = Http(app, prep.store)
    assert api.get("/customers/c-1/kept").body["kept"] == {"quarantined": 2, "referral": 2}
    prep.when(erased())
    assert api.get("/customers/c-1/kept").body["kept"] == {}


def test_others_are_not_touched() -> None:
    prep = room()
    before = dict(prep.store.items)
    prep.when(erased("c-2"))
    assert {key: item for key, item in prep.store.items.items() if key in before} == before


def test_a_batch_of_jobs_is_read_once_and_written_once() -> None:
    prep = Room(routes)
    prep.when(JOB, OTHER)
    assert (prep.store.reads, prep.store.commits) == (1, 1)


EVENTS = [record(JOB), known("s-1"), record(OTHER), known("s-2"), record(BROKEN), record(FUTURE), record(erased())]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, len(EVENTS) - 1), max_size=10), st.randoms(use_true_random=False), st.integers(1, 8))
def test_in_any_order_nothing_of_the_person_stays(again: list[int], chance: random.Random, size: int) -> None:
    prep = Room(routes)
    order = [*range(len(EVENTS)), *again]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert prep.deliver([EVENTS[index] for index in order[start : start + size]]) == []
    assert not leaks(prep)
    assert len(table.cases(prep.store, Status.DISCARDED, 10)) == 2
