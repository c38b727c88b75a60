"""The feature store learns each job once, in any order."""

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.features import table
from services.features.model import Customer
from services.features.reactions import routes
from tests.harness.facts import job, job_detail, survey
from tests.harness.room import Room


@pytest.fixture
def features() -> Room:
    return Room(routes)


def customer(room: Room, customer_id: str = "c-1") -> Customer:
    found = table.find(room.store, customer_id)
    assert found, "the customer is unknown"
    return found


def test_a_job_is_learned_and_announced(features: Room) -> None:
    features.when(job("s-1", satisfaction=4))

    known = customer(features)
    assert (known.service_count, known.lifetime_value, known.satisfaction_avg) == (1, {"EUR": Decimal("100.00")}, 4)
    assert known.email == "dana@example.com"
    [event] = features.announced
    assert event["type"] == "FeaturesUpdated"
    assert event["data"]["version"] == 1
    assert event["metadata"]["correlation_id"] == job("s-1").correlation()


def test_a_job_delivered_twice_counts_once(features: Room) -> None:
    features.given(job("s-1"))
    failed = features.when(job("s-1"))
    assert failed == []
    assert features.announced == []
    assert customer(features).service_count == 1


def test_a_duplicate_in_the_same_batch_counts_once_and_the_batch_is_one_transaction(features: Room) -> None:
    features.when(job("s-1"), job("s-2"), job("s-1"))
    assert (features.store.reads, features.store.commits) == (1, 1)
    assert customer(features).service_count == 2


def test_a_late_survey_corrects_the_average(features: Room) -> None:
    features.given(job("s-1", satisfaction=5), job("s-2", satisfaction=4))
    features.when(survey("s-1", score=1))
    assert customer(features).satisfaction_avg == Decimal("2.5")
    assert features.announced_types() == ["FeaturesUpdated"]


def test_an_older_answer_does_not_replace_a_newer_one(features: Room) -> None:
    features.given(job("s-1", satisfaction=None), survey("s-1", score=2, at="2026-11-25T09:00:00+00:00"))
    features.when(survey("s-1", score=5, at="2026-11-24T09:00:00+00:00"))
    assert customer(features).satisfaction_avg == 2
    assert features.announced == []


def test_two_currencies_are_not_added(features: Room) -> None:
    features.when(job("s-1"), job("s-2", service__price={"amount": "30.10", "currency": "USD"}))
    assert customer(features).lifetime_value == {"EUR": Decimal("100.00"), "USD": Decimal("30.10")}


def test_a_job_put_by_one_of_our_own_sources_is_not_believed(features: Room) -> None:
    failed = features.when(job("s-1"), source="referral.features")
    assert len(failed) == 1
    assert table.find(features.store, "c-1") is None


def test_a_broken_job_changes_nothing_and_does_not_hold_up_the_others(features: Room) -> None:
    features.when(job_detail("s-1", service__price={"amount": "a lot", "currency": "EUR"}), job_detail("s-2"))
    assert customer(features).service_count == 1


EVENTS: list[Any] = [
    job("s-1", satisfaction=None, completed_at="2026-01-01T10:00:00Z", property={"type": "flat"}),
    job("s-2", satisfaction=3, completed_at="2026-03-01T10:00:00Z", customer__email="new@example.com"),
    job("s-3", satisfaction=5, completed_at="2026-02-01T10:00:00Z", service__price=None),
    job("s-4", satisfaction=None, completed_at="2026-03-01T10:00:00Z", property={"type": "barn"}),
    survey("s-1", 2, "2026-01-05T10:00:00Z"),
    survey("s-3", 1, "2026-02-05T10:00:00Z"),
    survey("s-3", 4, "2026-02-04T10:00:00Z"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, len(EVENTS) - 1), max_size=20), st.randoms(use_true_random=False), st.integers(1, 10))
def test_any_order_repetition_and_batching_gives_the_same_customer(repeats: list[int], chance: random.Random, size: int) -> None:
    straight, shuffled = Room(routes).given(*EVENTS), Room(routes)
    order = [*range(len(EVENTS)), *repeats]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert shuffled.when(*(EVENTS[index] for index in order[start : start + size])) == []
    assert customer(shuffled).features() == customer(straight).features()
    assert customer(shuffled).email == customer(straight).email


def test_an_address_among_the_facts_of_a_property_stays_upstream(features: Room) -> None:
    features.when(job("s-1", property={"type": "house", "contact": "canary@example.com", "story": "canary " * 20}))
    assert "canary" not in str(features.announced)
    assert customer(features).property_features == {"type": "house"}


def test_a_job_from_the_future_is_learned_only_once_its_date_is_mended(features: Room) -> None:
    features.given(job("s-1", completed_at="2999-01-01T10:00:00Z"))
    assert table.find(features.store, "c-1") is None
    features.when(job("s-1", completed_at="2026-01-01T10:00:00Z"))
    assert customer(features).service_count == 1
