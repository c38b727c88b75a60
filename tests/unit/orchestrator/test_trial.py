"""Drafting during a rollout: who writes, whose outcomes count, and what happens when the rollout moves on meanwhile."""

from typing import Any

import pytest

from services.orchestrator import agents
from shared.events.upstream import referral_id
from tests.harness.facts import job
from tests.harness.memory import MemoryStore
from tests.harness.outside import refused, written
from tests.harness.rollouts import SECOND, advanced, completed, rolled_back, started
from tests.unit.orchestrator.rollouts import CANDIDATE, asked, by_candidate, trial
from tests.unit.orchestrator.story import CONFIG, House, delivery, moved, prepared, registered


def told(event: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(event[name] for name in ("version", "arm", "share", "rollout_id", "counts"))


def test_a_customer_of_the_candidate_is_written_to_by_it_and_counts() -> None:
    house = by_candidate()
    [event] = house.events("ReferralDrafted")
    assert told(event) == (2, "candidate", 10, "ro-1", True)
    assert (event["config_hash"], asked(house)) == ("hash-2", [CANDIDATE.system_prompt])


def test_a_customer_of_control_is_written_to_by_the_baseline_and_counts() -> None:
    house = trial(salt=SECOND)
    house.room.given(moved(3, 2), prepared())
    [event] = house.events("ReferralDrafted")
    assert told(event) == (1, "control", 10, "ro-1", True)
    assert asked(house) == [CONFIG.system_prompt]


def test_the_decision_about_a_draft_says_what_the_draft_said() -> None:
    house = by_candidate()
    house.room.given(advanced())
    house.approve()
    [event] = house.events("ReferralReviewed")
    assert told(event) == (2, "candidate", 10, "ro-1", True)


def test_a_trial_costs_no_read_and_no_commit_more() -> None:
    house = trial()
    reads, commits = house.store.reads, house.store.commits
    house.room.when(prepared())
    assert (house.store.reads - reads, house.store.commits - commits) == (2, 1)


def test_only_the_first_referral_of_a_customer_counts() -> None:
    house = by_candidate()
    house.room.given(job("s-2"), prepared("s-2"))
    assert [event["counts"] for event in house.events("ReferralDrafted")] == [True, False]


def test_a_customer_counts_once_in_each_rollout() -> None:
    house = by_candidate()
    house.room.given(rolled_back(), started(rollout_id="ro-2"), job("s-2"), prepared("s-2"))
    assert [told(event)[3:] for event in house.events("ReferralDrafted")] == [("ro-1", True), ("ro-2", True)]


def test_of_two_referrals_of_a_customer_at_once_one_counts() -> None:
    house = trial()
    house.room.given(job("s-2"))
    house.disturbed.meanwhile.append(lambda: house.room.when(prepared("s-2")))
    assert house.room.when(prepared()) == []
    counts = {event["referral_id"]: event["counts"] for event in house.events("ReferralDrafted")}
    assert counts == {referral_id("s-1"): False, referral_id("s-2"): True}


def test_a_decision_that_is_made_anew_with_the_same_version_asks_the_model_once() -> None:
    house = trial()
    key = agents.assigned_key("c-1", "ro-1")
    house.disturbed.meanwhile.append(lambda: house.store.items.update({key: {"rev": 1}}))
    assert house.room.when(prepared()) == []
    assert ([event["counts"] for event in house.events("ReferralDrafted")], len(asked(house))) == ([False], 1)


def test_a_failure_counts_and_what_a_person_retries_then_does_not() -> None:
    house = trial(House(refused("ValidationException", 400), written()))
    house.room.given(prepared())
    assert told(house.events("DraftFailed")[0]) == (2, "candidate", 10, "ro-1", True)
    house.tell("retry")
    assert told(house.events("ReferralDrafted")[0]) == (2, "candidate", 10, "ro-1", False)


def test_a_fault_that_passes_counts_nobody() -> None:
    house = trial(House(refused("ThrottlingException", 429), written()))
    assert len(house.room.deliver([delivery(prepared(), "e-1")])) == 1
    assert agents.assigned_key("c-1", "ro-1") not in house.store.items
    house.room.deliver([delivery(prepared(), "e-1", receives=2)])
    assert [event["counts"] for event in house.events("ReferralDrafted")] == [True]


@pytest.mark.parametrize("known", [[], [registered(2).model_copy(update={"config_hash": "another"})]])
def test_a_candidate_that_is_not_known_under_its_hash_is_waited_for_and_counts_for_nothing(known: list[Any]) -> None:
    house = House().ready()
    house.room.given(*known, started())
    assert len(house.room.deliver([delivery(prepared(), "e-1", receives=2)])) == 1
    house.room.deliver([delivery(prepared(), "e-1", receives=3)])
    [event] = house.events("DraftFailed")
    assert (event["reason"], *told(event)) == ("no_production_agent", None, "production", None, None, False)


def test_a_rollback_while_the_candidate_writes_wins() -> None:
    house = trial()
    house.disturbed.meanwhile.append(lambda: house.room.when(rolled_back()))
    assert house.room.when(prepared()) == []
    [event] = house.events("ReferralDrafted")
    assert told(event) == (1, "production", None, None, False)
    assert asked(house) == [CANDIDATE.system_prompt, CONFIG.system_prompt]
    assert agents.assigned_key("c-1", "ro-1") not in house.store.items


def test_a_rollback_between_the_two_reads_wins() -> None:
    house = trial()
    reading = house.store.get
    house.store.get = lambda keys: between(house, reading, keys)  # type: ignore[method-assign]
    assert house.room.when(prepared()) == []
    [event] = house.events("ReferralDrafted")
    assert told(event) == (1, "production", None, None, False)
    assert asked(house) == [CONFIG.system_prompt]


def between(house: House, reading: Any, keys: Any) -> Any:
    """What is stored, after a rollback that arrives before the rest is read."""
    wanted = list(keys)
    if agents.rolled_back_key("ro-1") in wanted:
        house.store.get = MemoryStore.get.__get__(house.store)  # type: ignore[method-assign]
        house.room.when(rolled_back())
    return reading(wanted)


def test_a_share_that_grows_while_a_draft_is_written_changes_nothing_about_it() -> None:
    house = trial(salt=SECOND)
    house.disturbed.meanwhile.append(lambda: house.room.when(advanced(salt=SECOND)))
    house.room.when(prepared())
    assert told(house.events("ReferralDrafted")[0]) == (1, "control", 10, "ro-1", True)
    assert len(asked(house)) == 1


def test_what_a_released_version_writes_names_its_rollout_and_is_no_trial() -> None:
    house = trial()
    house.room.given(completed(), prepared())
    house.room.given(moved(2, 2, rollout_id="ro-1"), job("s-2"), prepared("s-2"))
    assert [told(event) for event in house.events("ReferralDrafted")] == [(2, "production", None, "ro-1", False)] * 2
