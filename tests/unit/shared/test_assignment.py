"""Customers stay where they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.assignment import Split

SALT = "5f0c1d9e77a84b32"
few = settings(max_examples=60, deadline=None)
customers = st.text(max_size=40)


@few
@given(customers, st.integers(0, 100), st.integers(0, 100))
def test_growing_shares_only_add_customers(customer: str, one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    assert Split(SALT, smaller).to_candidate(customer) <= Split(SALT, larger).to_candidate(customer)


@few
@given(customers, st.integers(0, 100))
def test_a_restart_keeps_everyone(customer: str, share: int) -> None:
    split = Split(SALT, share)
    assert [split.to_candidate(customer) for _ in range(2)] == [Split(SALT, share).to_candidate(customer)] * 2


@few
@given(customers)
def test_nobody_and_everybody(customer: str) -> None:
    assert (Split(SALT, 0).to_candidate(customer), Split(SALT, 100).to_candidate(customer)) == (False, True)


def test_who_is_chosen_is_written_in_stone() -> None:
    """Another way of hashing would move customers of a rollout that is under way."""
    chosen = [n for n in range(60) if Split(SALT, 10).to_candidate(f"c-{n}")]
    assert chosen == [6, 12, 27, 32, 46, 50]


@pytest.mark.parametrize("share", [1, 10, 50, 90])
def test_a_share_is_what_it_says(share: int) -> None:
    split = Split(SALT, share)
    found = sum(split.to_candidate(f"c-{number}") for number in range(20_000)) / 20_000
    assert found == pytest.approx(share / 100, abs=4 * (share / 100 * (1 - share / 100) / 20_000) ** 0.5)


def test_the_next_rollout_chooses_anew() -> None:
    both = [(Split(SALT, 50).to_candidate(f"c-{n}"), Split(SALT[::-1], 50).to_candidate(f"c-{n}")) for n in range(4000)]
    assert sum(one == other for one, other in both) == pytest.approx(2000, abs=130)


@pytest.mark.parametrize(("salt", "share"), [("short", 10), (SALT, -1), (SALT, 101)])
def test_what_is_no_salt_or_no_share_is_refused(salt: str, share: int) -> None:
    with pytest.raises(ValueError, match=r"a (salt|share)"):
        Split(salt, share)
