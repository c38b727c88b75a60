"""The evidence is fair whatever is bet on, and says what the published numbers say."""

from functools import partial
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.deployer.bets import Bet, BetAt, below, no_worse, worse
from services.deployer.evidence import anytime_p, imbalance, log_mean, log_stake
from services.deployer.outcomes import Counts
from tests.unit.deployer.story import histories, learned

OFFSETS = (0.05, 0.10, 0.20, 0.40)
few = settings(max_examples=60, deadline=None)
shares = st.sampled_from((0.01, 0.05, 0.1, 0.25, 0.5, 0.9))
rates = st.floats(0.0, 1.0)
baselines = st.floats(0.5, 0.98)
counts = st.builds(Counts, *(st.integers(0, 500) for _ in Counts._fields))

FACTORS = [  # w, offset, factors of candidate approved and rejected, control approved and rejected; baseline 0.80
    (0.1, 0.05, 0.94477681, 1.22089277, 1.00613591, 0.97545636),
    (0.1, 0.10, 0.89150090, 1.43399638, 1.01205546, 0.95177818),
    (0.1, 0.20, 0.79020979, 1.83916084, 1.02331002, 0.90675991),
    (0.1, 0.40, 0.60526316, 2.57894737, 1.04385965, 0.82456140),
    (0.5, 0.05, 0.97132616, 1.11469534, 1.02867384, 0.88530466),
    (0.5, 0.10, 0.94666667, 1.21333333, 1.05333333, 0.78666667),
    (0.5, 0.20, 0.90476190, 1.38095238, 1.09523810, 0.61904762),
    (0.5, 0.40, 0.83333333, 1.66666667, 1.16666667, 0.33333333),
]


def mixture(said: dict[float, Counts]) -> float:
    return log_mean(log_stake(said, partial(worse, 0.80, offset, 0.0)) for offset in OFFSETS)


def mean_factor(bet: Bet, w: float, control: float, candidate: float) -> float:
    often = Bet((1 - w) * control, (1 - w) * (1 - control), w * candidate, w * (1 - candidate))
    return sum(part * exp(step) for part, step in zip(often, bet, strict=True))


@pytest.mark.parametrize(("w", "offset", "approved", "rejected", "control_approved", "control_rejected"), FACTORS)
def test_one_outcome_is_worth_what_is_published(
    w: float, offset: float, approved: float, rejected: float, control_approved: float, control_rejected: float,
) -> None:
    factors = [exp(step) for step in worse(0.80, offset, 0.0, w)]
    assert factors == pytest.approx([control_approved, control_rejected, approved, rejected], abs=5e-9)


@pytest.mark.parametrize(
    ("w", "seen", "log_e"),
    [
        (0.1, Counts(720, 180, 70, 30), 1.6768850),
        (0.1, Counts(360, 90, 30, 20), 3.6558570),
        (0.5, Counts(56, 14, 42, 28), 2.4332670),
        (0.1, Counts(0, 0, 0, 5), 3.5828219),
    ],
)
def test_counts_say_what_is_published(w: float, seen: Counts, log_e: float) -> None:
    assert mixture({w: seen}) == pytest.approx(log_e, abs=1e-6)


def test_advancing_needs_what_is_published() -> None:
    assert log_stake({0.1: Counts(360, 90, 45, 5)}, partial(no_worse, 0.80, 0.10)) == pytest.approx(3.6477750, abs=1e-6)


def test_five_rejections_at_the_very_start_are_enough() -> None:
    assert exp(mixture({0.1: Counts(candidate_bad=5)})) == pytest.approx(36, abs=0.1)


@few
@given(w=shares, baseline=baselines, rate=rates, part=st.floats(0.01, 0.99), margin=st.floats(0.0, 0.2))
def test_a_bet_is_fair_where_the_candidate_is_worse_by_no_more_than_the_margin(
    w: float, baseline: float, rate: float, part: float, margin: float,
) -> None:
    offset = margin + part * (baseline - margin)
    candidate = max(0.0, rate - margin)
    assert mean_factor(worse(baseline, offset, margin, w), w, candidate + margin, candidate) == pytest.approx(1, abs=1e-9)


@few
@given(w=shares, baseline=baselines, rate=rates, delta=st.floats(0.01, 0.45))
def test_the_bet_on_advancing_is_fair_at_the_drop_that_it_rules_out(
    w: float, baseline: float, rate: float, delta: float,
) -> None:
    candidate = rate * (1 - delta)
    assert mean_factor(no_worse(baseline, delta, w), w, candidate + delta, candidate) == pytest.approx(1, abs=1e-9)


@few
@given(w=shares, baseline=baselines, control=rates, gain=rates, part=st.floats(0.01, 0.99))
def test_a_better_candidate_only_loses_the_bet_against_it(
    w: float, baseline: float, control: float, gain: float, part: float,
) -> None:
    candidate = control + gain * (1 - control)
    assert mean_factor(worse(baseline, part * baseline, 0.0, w), w, control, candidate) <= 1 + 1e-9


@few
@given(null=st.floats(0.3, 0.98), part=st.floats(0.05, 0.95), rate=rates)
def test_without_control_a_rate_that_is_tolerated_never_gains(null: float, part: float, rate: float) -> None:
    fine = null + rate * (1 - null)
    assert mean_factor(below(null, part * null, 1.0), 1.0, 0.0, fine) <= 1 + 1e-9
    assert below(null, part * null, 0.5) == Bet()


@pytest.mark.parametrize("bet", [partial(worse, 0.8, 0.1, 0.0), partial(no_worse, 0.8, 0.1)])
def test_without_control_nothing_is_compared(bet: BetAt) -> None:
    assert log_stake({1.0: Counts(5, 7, 400, 900)}, bet) == 0


@few
@given(first=counts, second=counts, third=counts)
def test_the_order_of_shares_changes_nothing_to_the_last_bit(first: Counts, second: Counts, third: Counts) -> None:
    there = {0.1: first, 0.5: second, 0.25: third}
    assert mixture(there) == mixture(dict(reversed(there.items())))


@few
@given(history=histories(), chance=st.randoms())
def test_the_order_of_outcomes_changes_nothing(history: list, chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert learned(shuffled).tally == learned(history).tally


def test_a_long_history_neither_overflows_nor_vanishes() -> None:
    assert mixture({0.1: Counts(candidate_bad=10**9)}) > 1e8
    assert mixture({0.1: Counts(candidate_good=10**9)}) < -1e6


def test_a_mean_of_nothing_but_zeros_is_nothing() -> None:
    assert log_mean([3.0, 4.0], [0.0, 0.0]) == -float("inf")
    assert log_mean([log(2), log(4)]) == pytest.approx(log(3))


def test_the_p_value_is_the_best_so_far() -> None:
    assert anytime_p([]) == anytime_p([-1.0]) == 1
    assert anytime_p([-1.0, log(20), 0.5]) == pytest.approx(0.05)


def test_missing_outcomes_of_the_candidate_show() -> None:
    assert imbalance({}) == imbalance({1.0: Counts(candidate_good=9)}) == 0
    assert imbalance({0.1: Counts(800, 100, 90, 10)}) == 0
    assert imbalance({0.1: Counts(900, 80, 10, 10)}) == pytest.approx((20 - 100) / (1000 * 0.09) ** 0.5)
