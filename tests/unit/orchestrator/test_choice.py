"""Which version writes to a customer, whatever was heard of rollouts, in whatever order."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator import agents
from services.orchestrator.choice import chosen, serving
from services.orchestrator.draft import Author
from services.orchestrator.rollout import Pointer, Rollout
from shared.unit import Unit
from tests.harness.rollouts import FIRST, SECOND, advanced, completed, held, refused, resumed, rolled_back, started
from tests.unit.orchestrator.rollouts import NOON, at
from tests.unit.orchestrator.story import House, moved

AGENT = "referral-writer"
POINTER = Pointer(version=1, config_hash="hash-1", revision=1)
RELEASED = Pointer(version=2, config_hash="hash-2", revision=2, rollout_id="ro-1")
BY_HAND = Pointer(version=2, config_hash="hash-2", revision=3)


def writer(told: Any, pointer: Pointer | None = POINTER, customer: str = "c-1") -> Author | None:
    return chosen(AGENT, customer, pointer, Rollout.of(told, NOON) if told else None)


def brief(author: Author | None) -> tuple[Any, ...] | None:
    return (author.version, author.arm, author.share, author.rollout_id) if author else None


def followed(*said: dict[str, Any]) -> tuple[Any, ...] | None:
    """By whom c-1 is written to after these deliveries."""
    house = House()
    house.room.given(moved())
    for one in said:
        assert house.room.deliver([one]) == []
    return brief(agents.chosen(Unit(house.store, "test"), AGENT, "c-1"))


def test_without_a_rollout_production_writes_and_without_production_nobody() -> None:
    assert brief(writer(None)) == (1, "production", None, None)
    assert writer(None, pointer=None) is None


@pytest.mark.parametrize("told", [started(), held(), resumed(), advanced(percent=10)])
def test_an_active_rollout_divides_and_one_that_is_held_keeps_its_share(told: Any) -> None:
    assert brief(writer(told)) == (2, "candidate", 10, "ro-1")
    other = told.model_copy(update={"salt": SECOND})
    assert brief(writer(other)) == (1, "control", 10, "ro-1")


@pytest.mark.parametrize("pointer", [None, BY_HAND, Pointer(version=7, config_hash="hash-7", revision=9)])
def test_control_is_the_baseline_of_the_rollout_whatever_the_pointer_says(pointer: Pointer | None) -> None:
    author = writer(started(salt=SECOND), pointer)
    assert author and (author.version, author.config_hash, author.arm) == (1, "hash-1", "control")


@pytest.mark.parametrize("told", [held(1, percent=0), refused(), rolled_back()])
def test_production_writes_before_a_rollout_starts_and_once_it_is_taken_back(told: Any) -> None:
    assert brief(writer(told)) == (1, "production", None, None)


@pytest.mark.parametrize("pointer", [POINTER, None])
def test_a_released_candidate_writes_before_the_pointer_has_followed(pointer: Pointer | None) -> None:
    assert brief(writer(completed(), pointer)) == (2, "production", None, "ro-1")


def test_once_the_pointer_has_moved_it_decides() -> None:
    assert brief(writer(completed(), RELEASED)) == (2, "production", None, "ro-1")
    assert brief(writer(completed(), BY_HAND)) == (2, "production", None, None)
    other = Pointer(version=3, config_hash="hash-3", revision=2)
    assert brief(writer(completed(), other)) == (3, "production", None, None)


def test_a_release_that_is_rolled_back_is_served_by_its_baseline_until_somebody_moves_the_pointer() -> None:
    assert brief(writer(rolled_back(), RELEASED)) == (1, "production", None, None)
    assert brief(writer(rolled_back(), BY_HAND)) == (2, "production", None, None)
    put_back = Pointer(version=1, config_hash="hash-1", revision=3, rollout_id="ro-1")
    assert brief(writer(rolled_back(), put_back)) == (1, "production", None, None)


def test_while_a_rollout_divides_its_baseline_is_what_is_not_on_trial() -> None:
    author = serving(AGENT, POINTER, Rollout.of(advanced(), NOON))
    assert brief(author) == (1, "production", None, None)


@pytest.mark.parametrize("order", list(itertools.permutations([
    at(0, started()), at(1, held()), at(2, resumed()), at(3, advanced()), at(4, rolled_back()),
])))
def test_the_last_revision_counts_in_whatever_order_it_arrives(order: tuple[dict[str, Any], ...]) -> None:
    assert followed(*order) == (1, "production", None, None)
    assert followed(*(one for one in order if "RolledBack" not in one["body"])) == (2, "candidate", 50, "ro-1")


@pytest.mark.parametrize("order", list(itertools.permutations([
    at(0, started()), at(1, rolled_back(2)), at(2, started(rollout_id="ro-2")), at(3, advanced(rollout_id="ro-2")),
])))
def test_a_later_rollout_takes_the_place_of_one_that_is_over(order: tuple[dict[str, Any], ...]) -> None:
    assert followed(*order) == followed(*order, *order) == (2, "candidate", 50, "ro-2")


def test_a_rollout_of_what_is_in_production_since_is_later_whatever_the_clocks_say() -> None:
    later = at(-5, started(rollout_id="ro-2", baseline_revision=2))
    for order in itertools.permutations([at(0, completed()), later]):
        assert followed(*order) == (2, "candidate", 10, "ro-2")


def test_a_salt_that_can_not_divide_is_not_followed() -> None:
    house = House()
    house.room.given(moved(), started())
    assert len(house.room.when(advanced(salt="short"))) == 1
    assert brief(agents.chosen(Unit(house.store, "test"), AGENT, "c-1")) == (2, "candidate", 10, "ro-1")


@settings(max_examples=150, deadline=None)
@given(
    st.text(min_size=16, max_size=32), st.lists(st.text(max_size=40), min_size=1, max_size=20),
    st.lists(st.integers(1, 100), min_size=2, max_size=6).map(sorted),
)
def test_nobody_leaves_the_candidate_while_its_share_grows(salt: str, customers: list[str], shares: list[int]) -> None:
    with_candidate: set[str] = set()
    for revision, percent in enumerate(shares, 1):
        told = advanced(revision, percent, salt=salt)
        now = {customer for customer in customers if brief(writer(told, customer=customer))[1] == "candidate"}
        assert with_candidate <= now
        with_candidate = now
    assert shares[-1] < 100 or with_candidate == set(customers)


def test_everybody_is_with_the_candidate_at_the_full_share() -> None:
    assert {brief(writer(advanced(percent=100, salt=FIRST), customer=f"c-{n}"))[1] for n in range(50)} == {"candidate"}
