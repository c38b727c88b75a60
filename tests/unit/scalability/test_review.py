"""Bounds of acceptance sampling, against values that are known."""

import pytest

from docs.scalability.review import at_most, sample_size, upper_bound


def test_a_sample_without_a_bad_one_bounds_by_about_three_in_n() -> None:
    assert sample_size(0.01, 0.95) == 299
    assert upper_bound(299, 0, 0.95) == pytest.approx(1 - 0.05 ** (1 / 299))
    assert upper_bound(300, 0, 0.95) == pytest.approx(3 / 300, rel=0.01)


@pytest.mark.parametrize(("read", "bad", "known"), [(10, 1, 0.3942), (20, 2, 0.2826), (100, 5, 0.1023)])
def test_bounds_are_those_of_clopper_and_pearson(read: int, bad: int, known: float) -> None:
    assert upper_bound(read, bad, 0.95) == pytest.approx(known, abs=5e-4)


def test_at_the_bound_so_few_bad_ones_are_found_in_one_lot_of_twenty() -> None:
    assert at_most(3, 150, upper_bound(150, 3, 0.95)) == pytest.approx(0.05, abs=1e-6)


def test_nothing_is_known_where_all_are_bad_and_all_is_sure_where_none_can_be() -> None:
    assert upper_bound(5, 5, 0.95) == 1.0
    assert at_most(0, 10, 0.0) == 1.0
