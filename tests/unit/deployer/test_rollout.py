"""A rollout goes back on evidence, forward on evidence, and asks a person where there is too little of it."""

from datetime import timedelta
from itertools import accumulate
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.deployer.gates import standing
from services.deployer.model import Decision, Rollout, Status, Step, replay
from services.deployer.outcomes import Arm, Counts, Outcome, first_of_each
from services.deployer.plan import Plan, Stage, measured_baseline
from tests.unit.deployer.story import DAY, GOOD, METRICS, START, WORSE, histories, learned, outcome, rollout

few = settings(max_examples=40, deadline=None)
LIMIT = log(20)


def full(*seen: int) -> Rollout:
    """In the bake, with so many good and bad outcomes of approval, and as many good ones of the rest."""
    baking = Rollout(Plan(), START, stage=2)
    for metric in METRICS:
        bad = seen[1] if metric == "approval" else 0
        baking = baking.count(metric, 100, Counts(candidate_good=sum(seen) - bad, candidate_bad=bad))
    return baking


def test_nothing_seen_is_a_reason_to_wait() -> None:
    decision = rollout().decide(START)
    assert decision.step is Step.WAIT
    assert "approval: 50 outcomes of the candidate in this stage, there are 0" in decision.reason
    assert decision.standing == standing(Plan(), {})
    assert decision.standing.log_e == pytest.approx(0, abs=1e-12)


def test_a_worse_candidate_is_rolled_back() -> None:
    found = rollout(approval=(0, 0, 0, 0), errors=(0, 0, 0, 0)).count("approval", 10, Counts(*WORSE))
    assert found.decide(START).step is Step.WAIT  # half of the budget is approval's: 38.7 / 2 < 20
    worse = found.count("approval", 10, Counts(candidate_bad=1))
    assert worse.decide(START).step is Step.ROLL_BACK
    assert worse.after(Step.ROLL_BACK, START).status is Status.ROLLED_BACK


def test_a_good_candidate_advances_after_a_day() -> None:
    good = rollout(**GOOD)
    assert good.decide(START).reason == "missing is 24 hours in this stage, there were 0.0"
    assert good.decide(START + DAY).step is Step.ADVANCE
    advanced = good.after(Step.ADVANCE, START + DAY)
    assert (advanced.current.share, advanced.tally, advanced.entered_at) == (50, good.tally, START + DAY)


@pytest.mark.parametrize("unknown", METRICS)
def test_missing_data_never_advances(unknown: str) -> None:
    some = rollout(**{metric: seen for metric, seen in GOOD.items() if metric != unknown})
    decision = some.decide(START + DAY)
    assert (decision.step, unknown in decision.reason) == (Step.WAIT, True)


@pytest.mark.parametrize("seen", [(0, 0, 400, 20), (700, 150, 50, 0)])
def test_reviewers_who_see_only_one_arm_advance_nobody(seen: tuple[int, int, int, int]) -> None:
    decision = rollout(**GOOD | {"approval": seen}).decide(START + DAY)
    assert (decision.step, "standard deviations off" in decision.reason) == (Step.WAIT, True)


def test_where_the_candidates_outcomes_are_missing_a_person_is_asked() -> None:
    slow = rollout(approval=(1200, 300, 20, 40))
    decision = slow.decide(START)
    assert (decision.step, decision.standing.log_e > LIMIT > decision.standing.log_trusted) == (Step.HOLD, True)
    held = slow.after(Step.HOLD, START)
    assert held.decide(START).step is Step.WAIT


def test_while_a_person_is_asked_new_evidence_still_rolls_back() -> None:
    held = rollout(**GOOD).after(Step.HOLD, START)
    assert held.decide(START + DAY).step is Step.WAIT
    assert held.count("approval", 10, Counts(candidate_bad=40)).decide(START + DAY).step is Step.ROLL_BACK


def test_errors_roll_back_a_candidate_that_drafts_nothing_to_review() -> None:
    silent = rollout(approval=(800, 200, 0, 0), errors=(990, 10, 60, 50))
    assert silent.decide(START).step is Step.ROLL_BACK


def test_a_stage_that_takes_too_long_is_a_persons_business() -> None:
    assert rollout().decide(START + 14 * DAY).step is Step.HOLD
    many = rollout(approval=(14_400, 3600, 1600, 400))
    assert many.decide(START + DAY).step is Step.HOLD
    resumed = many.after(Step.HOLD, START + DAY).after(Step.RESUME, START + 2 * DAY)
    assert resumed.decide(START + 15 * DAY).step is Step.WAIT
    assert resumed.decide(START + 16 * DAY).step is Step.HOLD


def test_the_bake_releases_only_what_was_seen_enough() -> None:
    assert full(400, 99).decide(START + DAY).step is Step.WAIT
    assert full(400, 100).decide(START + timedelta(hours=23)).step is Step.WAIT
    assert full(400, 100).decide(START + DAY).step is Step.RELEASE
    assert full(300, 200).decide(START).step is Step.ROLL_BACK


def test_a_late_outcome_counts_under_the_share_of_its_assignment() -> None:
    advanced = rollout().after(Step.ADVANCE, START)
    assert advanced.learn(outcome(1, share=10)).tally == {"approval": {10: Counts(candidate_good=1)}}


@pytest.mark.parametrize("later", [step for step in Step if step is not Step.ROLL_BACK])
def test_rollback_wins_every_race(later: Step) -> None:
    back = rollout().after(Step.ROLL_BACK, START)
    assert back.after(later, START) == back
    assert rollout().after(later, START).after(Step.ROLL_BACK, START).status is Status.ROLLED_BACK
    assert back.count("approval", 10, Counts(*GOOD["approval"])).decide(START + DAY).step is Step.WAIT


@few
@given(history=histories(), again=st.lists(st.integers(0, 59), max_size=20))
def test_duplicates_are_harmless(history: list[Outcome], again: list[int]) -> None:
    repeated = history + [history[place] for place in again if place < len(history)]
    assert list(first_of_each(repeated)) == history
    assert [found for found, _ in replay(rollout(), repeated)] == [found for found, _ in replay(rollout(), history)]


def test_only_a_customers_first_outcome_counts() -> None:
    assert list(first_of_each([outcome(1), outcome(1, good=False)])) == [outcome(1)]
    assert len(list(first_of_each([outcome(1), outcome(1, metric="errors")]))) == 2


@few
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(Arm)), min_size=1, max_size=60))
def test_the_first_crossing_is_where_the_best_so_far_crosses(said: list[tuple[bool, Arm]]) -> None:
    history = [outcome(number, good, arm=arm) for number, (good, arm) in enumerate(said)]
    logs = [standing(Plan(), learned(history[: n + 1]).tally).log_trusted for n in range(len(history))]
    crossed = [best >= LIMIT for best in accumulate(logs, max)]
    rolled_back = [found.status is Status.ROLLED_BACK for found, _ in replay(rollout(), history)]
    assert rolled_back == crossed


def test_a_replay_in_the_order_of_the_log_decides_the_same_again() -> None:
    history = [outcome(number, good=number % 3 == 0) for number in range(60)]
    decisions: list[Decision] = [decision for _, decision in replay(rollout(), history)]
    assert decisions == [decision for _, decision in replay(rollout(), history)]
    assert [decision.step for decision in decisions].count(Step.ROLL_BACK) == 1


def test_a_baseline_is_measured_on_enough_and_within_bounds() -> None:
    assert measured_baseline(150, 199) is None
    assert measured_baseline(166, 200) == 0.83
    assert (measured_baseline(20, 200), measured_baseline(200, 200)) == (0.5, 0.98)
    assert Plan().frozen_at({"approval": 0.7}).guardrails["approval"].baseline == 0.7


def test_a_plan_says_everything_that_is_wrong_with_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Plan(stages=(Stage(share=50), Stage(share=10)), guardrails={"approval": Plan().guardrails["approval"]})
    assert "shares must grow and end with 100" in str(refused.value)
    assert "one budget and must be 1, not 0.6" in str(refused.value)
