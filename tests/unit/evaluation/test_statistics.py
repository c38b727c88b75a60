"""The numbers behind a verdict, against exact counting and against published values."""

import math
from itertools import product

import pytest

from services.evaluation.statistics import interval, p_inferior, p_worse


def trinomial(cases: int, base: int, cand: int, rates: tuple[float, float]) -> float:
    """The probability of exactly so many cases for the baseline alone and for the candidate alone."""
    both = cases - base - cand
    ways = math.comb(cases, base) * math.comb(cases - base, cand)
    return ways * rates[0] ** base * rates[1] ** cand * (1 - sum(rates)) ** both


def pairs_of(cases: int) -> list[tuple[int, int]]:
    """Every way in which so many cases may be discordant."""
    return [(base, cand) for base, cand in product(range(cases + 1), repeat=2) if base + cand <= cases]


def passing(cases: int, rates: tuple[float, float], margin: float = 0.10) -> float:
    """How often the non-inferiority test passes, counted over every possible outcome."""
    pairs = [(b, c) for b, c in pairs_of(cases) if p_inferior(cases, b, c, margin) <= 0.05]
    return sum(trinomial(cases, b, c, rates) for b, c in pairs)


def alarming(cases: int, rates: tuple[float, float]) -> float:
    """How often McNemar calls the candidate worse."""
    pairs = [(b, c) for b, c in pairs_of(cases) if p_worse(b, c) <= 0.05]
    return sum(trinomial(cases, b, c, rates) for b, c in pairs)


def flipped(wins: int, coins: int) -> float:
    """At least so many heads, by looking at every row of coins."""
    return sum(sum(row) >= wins for row in product((0, 1), repeat=coins)) / 2**coins


@pytest.mark.parametrize("coins", range(9))
def test_mcnemar_is_counting_coins(coins: int) -> None:
    assert [p_worse(wins, coins - wins) for wins in range(coins + 1)] == [flipped(w, coins) for w in range(coins + 1)]


def test_mcnemar_holds_for_thousands_of_cases_and_is_never_zero() -> None:
    assert 0 < p_worse(1_500, 500) < 1e-100
    assert p_worse(0, 2_000) == 1.0
    assert p_worse(1_000, 1_000) == pytest.approx(0.5, abs=0.01)


def test_tangos_own_example_of_contact_lenses() -> None:
    """44 pairs, one success of the old treatment alone, margin 0.1: z = 1.709, p = 0.044 in Tango (1998)."""
    assert p_inferior(44, 1, 0, 0.1) == pytest.approx(0.0437, abs=0.0005)


@pytest.mark.parametrize(("cases", "base", "cand"), [(44, 1, 0), (100, 12, 9), (200, 0, 0), (30, 20, 1), (150, 5, 30)])
def test_tangos_closed_form_is_the_restricted_maximum_of_the_likelihood(cases: int, base: int, cand: int) -> None:
    margin = 0.1
    best, surplus = likeliest(cases, base, cand, margin), cand - base + cases * margin
    z = surplus / math.sqrt(cases * (2 * best - margin - margin**2))
    assert p_inferior(cases, base, cand, margin) == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, abs=2e-4)


def likeliest(cases: int, base: int, cand: int, margin: float) -> float:
    """The share of cases for the baseline alone, searched on a fine grid of what the hypothesis allows."""
    grid = (margin + step / 20_000 for step in range(1, 20_000))
    allowed = [q for q in grid if q - margin > 0 and 2 * q - margin < 1]
    rest = cases - base - cand
    return max(allowed, key=lambda q: (
        base * math.log(q) + cand * math.log(q - margin) + rest * math.log(1 + margin - 2 * q)
    ))


def test_a_candidate_that_is_worse_by_the_margin_passes_as_rarely_as_published() -> None:
    assert 0.045 <= passing(124, (0.15, 0.05)) <= 0.052
    assert passing(86, (0.10, 0.0)) == pytest.approx(0.062, abs=0.003)


def test_an_equal_candidate_passes_as_often_as_published() -> None:
    assert passing(124, (0.10, 0.10)) == pytest.approx(0.80, abs=0.02)
    assert passing(86, (0.05, 0.05)) == pytest.approx(0.84, abs=0.02)


def test_mcnemar_has_the_published_power() -> None:
    assert alarming(134, (0.15, 0.05)) == pytest.approx(0.80, abs=0.01)
    assert alarming(100, (0.125, 0.025)) == pytest.approx(0.80, abs=0.01)
    assert alarming(134, (0.10, 0.10)) <= 0.05


def test_nothing_compared_proves_nothing() -> None:
    assert (p_worse(0, 0), p_inferior(0, 0, 0, 0.1), interval(0, 0, 0, "seed")) == (1.0, 1.0, (0.0, 0.0))


def test_the_interval_is_the_exact_percentile_up_to_chance() -> None:
    low, high = interval(60, 12, 5, "seed")
    assert cumulated(60, 12, 5, round(low * 60)) == pytest.approx(0.025, abs=0.02)
    assert cumulated(60, 12, 5, round(high * 60)) == pytest.approx(0.975, abs=0.02)


def cumulated(cases: int, base: int, cand: int, at_most: int) -> float:
    """The probability that a resample's difference is at most this, counted over every resample."""
    pairs = [(b, c) for b, c in pairs_of(cases) if c - b <= at_most]
    return sum(trinomial(cases, b, c, (base / cases, cand / cases)) for b, c in pairs)


def test_the_interval_repeats_itself_and_knows_its_limits() -> None:
    assert interval(2_000, 200, 120, "one") == interval(2_000, 200, 120, "one")
    assert len({interval(2_000, 200, 120, f"seed-{number}") for number in range(5)}) > 1
    assert interval(200, 0, 0, "one") == (0.0, 0.0)
    assert interval(10, 10, 0, "one") == (-1.0, -1.0)
    assert interval(10, 0, 10, "one") == (1.0, 1.0)
    low, high = interval(2_000, 240, 180, "one")
    assert low < -0.03 < high < 0.01
