"""A job and the features that include it become one prepared referral, whichever comes first."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.prep.reactions import routes
from shared.events.upstream import referral_id
from tests.harness.facts import job, job_detail
from tests.harness.memory import Contended
from tests.harness.room import Room, record
from tests.unit.prep.story import learned


@pytest.fixture
def prep() -> Room:
    return Room(routes)


def test_the_job_comes_first(prep: Room) -> None:
    prep.when(job("s-1"))
    assert prep.announced == []
    prep.deliver([learned("s-1", version=7)])
    [event] = prep.announced
    assert (event["type"], event["source"]) == ("ReferralPrepared", "referral.prep")
    assert event["metadata"]["correlation_id"] == event["data"]["referral_id"] == referral_id("s-1")
    assert (event["data"]["given_name"], event["data"]["features_version"], event["data"]["missing"]) == ("Dana", 7, {})


def test_the_features_come_first(prep: Room) -> None:
    prep.deliver([learned("s-1")])
    assert prep.announced == []
    prep.when(job("s-1"))
    assert prep.announced_types() == ["ReferralPrepared"]


def test_both_halves_in_one_batch_are_one_read_and_one_transaction(prep: Room) -> None:
    prep.deliver([learned("s-1"), record(job("s-1")), record(job("s-2")), learned("s-2")])
    assert prep.announced_types() == ["ReferralPrepared", "ReferralPrepared"]
    assert (prep.store.reads, prep.store.commits) == (1, 1)


def test_duplicates_of_everything_in_reverse_change_and_announce_nothing(prep: Room) -> None:
    prep.given(job("s-1"), job("s-2")).deliver([learned("s-1"), learned("s-2")])
    before, announced = dict(prep.store.items), len(prep.announced)
    again = [learned("s-2", version=9), learned("s-1", version=9), record(job("s-2")), record(job("s-1"))]
    assert prep.deliver(again) == []
    assert prep.store.items == before
    assert len(prep.announced) == announced == 2


def test_features_that_come_together_are_one_read(prep: Room) -> None:
    prep.deliver([learned("s-1"), learned("s-2"), learned("s-3")])
    assert (prep.store.reads, prep.store.commits) == (1, 1)


def test_of_two_jobs_with_one_id_the_first_counts(prep: Room) -> None:
    prep.when(job("s-1", customer__name="First Example"), job("s-1", customer__name="Second Example"))
    prep.when(job("s-1", customer__name="Third Example"))
    prep.deliver([learned("s-1")])
    assert [event["data"]["given_name"] for event in prep.announced] == ["First"]


def test_a_historical_job_is_only_validated(prep: Room) -> None:
    prep.when(job("s-1", historical=True))
    assert (prep.store.items, prep.store.reads, prep.store.commits) == ({}, 0, 0)


def test_a_half_that_arrives_while_the_other_is_handled_is_not_overlooked(prep: Room) -> None:
    prep.store = store = Contended()
    store.meanwhile.append(lambda: prep.deliver([learned("s-1")]))
    assert prep.when(job("s-1")) == []
    assert prep.announced_types() == ["ReferralPrepared"]


def test_no_address_no_family_name_and_no_free_text_goes_on(prep: Room, capsys: pytest.CaptureFixture[str]) -> None:
    private = job_detail(
        "s-1", customer__name="Dana Canaryfamily", customer__email="canary@example.com",
        customer__street="Canary Lane 5", service__notes="canary note", service__technician="Canarytech",
        property={"type": "house", "owner": "canary@example.com", "story": "canary " * 30, "gate": "canary\ncode"},
    )
    private["service"]["price"]["canary"] = "canary"
    prep.when(private)
    prep.deliver([learned("s-1", property_features={"type": "house"})])
    prep.when(private | {"satisfaction": "canary"})
    assert prep.announced_types() == ["ReferralPrepared", "PreparationRejected"]
    assert "canary" not in json.dumps(prep.announced).lower()
    assert "canary" not in "".join(capsys.readouterr()).lower()
    assert "canary" not in str({key: row for key, row in prep.store.items.items() if key[1] == "JOIN"}).lower()


def test_unknown_fields_are_tolerated(prep: Room) -> None:
    prep.when(job_detail("s-1", colour="blue", customer__mood={"good": [1, 2]}, service__weather=None))
    prep.deliver([learned("s-1")])
    assert prep.announced_types() == ["ReferralPrepared"]


@pytest.mark.parametrize("at", [
    "2026-11-20T16:30:00Z", "2026-11-20T16:30:00+05:45", "2026-11-20T16:30:00-11:00", "2026-11-20 16:30:00+00:00",
    1795192200,
])
def test_a_time_in_any_zone_is_the_same_moment_afterwards(prep: Room, at: Any) -> None:
    prep.when(job_detail("s-1", completed_at=at))
    prep.deliver([learned("s-1")])
    [event] = prep.announced
    told = job("s-1", completed_at=event["data"]["service"]["completed_at"])
    assert told.completed_at == job("s-1", completed_at=at).completed_at


RECORDS: list[Any] = [
    lambda: record(job("s-1")), lambda: learned("s-1"), lambda: record(job("s-2")), lambda: learned("s-2"),
    lambda: record(job("s-3", historical=True)), lambda: record(job_detail("s-4", customer__email="broken")),
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, len(RECORDS) - 1), max_size=20), st.randoms(use_true_random=False), st.integers(1, 10))
def test_any_order_repetition_and_batching_prepares_each_once(
    repeats: list[int], chance: random.Random, size: int,
) -> None:
    prep = Room(routes)
    order = [*range(len(RECORDS)), *repeats]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert prep.deliver([RECORDS[index]() for index in order[start : start + size]]) == []
    assert sorted(prep.announced_types()) == ["PreparationRejected", "ReferralPrepared", "ReferralPrepared"]
