"""Outcomes are counted once, under the share of their assignment, and decided on at once."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.deployer import table
from services.deployer.outcomes import Counts
from services.deployer.plan import Plan
from services.deployer.results import AT_FAULT
from shared.writing import faults
from tests.harness.memory import Contended
from tests.harness.room import record, said
from tests.unit.deployer.house import AGENT, House, evaluated, moved

SLOW = {"hours": 24}


@pytest.fixture
def house() -> House:
    return House().started()


def approvals(house: House, share: int = 10) -> Counts:
    return house.tally.get("approval", {}).get(share, Counts())


def test_an_outcome_counts_once_whatever_is_delivered_again(house: House) -> None:
    first = house.review("c-1")
    delivered = [record(first, metadata=said(first, "e-once")) for _ in range(3)]
    assert house.room.deliver(delivered[:2]) == []
    commits = house.store.commits
    assert house.room.deliver(delivered[2:]) == []
    assert (approvals(house), house.store.commits) == (Counts(candidate_good=1), commits)


def test_only_a_customers_first_outcome_of_a_metric_counts(house: House) -> None:
    house.hears(house.review("c-1", "rejected"), house.review("c-1"), house.draft("c-1"))
    house.hears(house.review("c-1"))
    assert approvals(house) == Counts(candidate_bad=1)
    assert house.tally["errors"][10] == house.tally["latency"][10] == Counts(candidate_good=1)


def test_a_second_referral_of_a_customer_is_no_evidence(house: House) -> None:
    house.hears(house.review("c-1").model_copy(update={"counts": False}))
    assert house.tally == {}


def test_an_outcome_of_a_rollout_that_nobody_knows_is_harmless(house: House) -> None:
    house.hears(house.review("c-1").model_copy(update={"rollout_id": "ro-other"}))
    assert (house.tally, house.rollout.revision) == ({}, 2)


def test_an_outcome_that_comes_before_the_rollout_started_is_harmless() -> None:
    house = House().asked()
    house.hears(house.review("c-1", "rejected"))
    assert (house.tally, house.rollout.status) == ({}, "waiting")


def test_an_outcome_that_is_late_by_a_stage_counts_under_the_share_of_its_assignment(house: House) -> None:
    house.order("advance")
    house.hears(*house.reviews(good=1, share=10), *house.reviews(good=2, share=50))
    assert (approvals(house, 10).candidate, approvals(house, 50).candidate) == (1, 2)


def test_what_comes_after_a_rollback_is_counted_and_changes_nothing(house: House) -> None:
    house.order("rollback")
    before = house.rollout
    house.hears(*house.reviews(bad=5, share=10))
    assert (approvals(house).candidate_bad, house.rollout, house.types()[-1]) == (5, before, "RolloutRolledBack")


def test_what_comes_after_a_release_never_takes_it_back(house: House) -> None:
    for _ in range(3):
        house.order("advance")
    house.hears(*house.reviews(bad=40, share=100))
    assert (house.rollout.status, approvals(house, 100).candidate_bad) == ("released", 40)


def test_what_reviewers_reject_is_rolled_back_in_the_transaction_of_the_decisive_outcome(house: House) -> None:
    commits = house.store.commits
    house.hears(*house.reviews(bad=10))
    assert house.store.commits == commits + 1
    [change] = house.said("RolloutRolledBack")
    assert (change["percent"], change["reason"], change["by"]) == (0, "the candidate is worse", None)
    assert change["evidence"]["counts"]["approval"] == {"10": [0, 0, 0, 6]}
    assert change["evidence"]["log_e"] >= 2.99


def test_where_the_candidates_outcomes_are_missing_a_person_is_asked(house: House) -> None:
    house.hears(*house.reviews(good=400, arm="control"), *house.reviews(bad=8))
    assert (house.rollout.status, house.rollout.percent) == ("held", 10)
    assert house.rollout.reason == "the candidate looks worse, but outcomes of it are missing"
    assert house.shown["missing"][0] == "a person's decision"


def test_while_a_person_is_asked_evidence_still_rolls_back(house: House) -> None:
    house.order("hold")
    house.hears(*house.reviews(bad=6))
    assert house.rollout.status == "rolled_back"


def test_no_reviews_for_two_days_advance_nobody() -> None:
    house = House().started()
    for number in range(20):
        house.hears(*house.drafts(9, "control"), house.draft(f"x-{number}"))
    for _ in range(48):
        house.later(hours=1)
    assert (house.rollout.status, house.rollout.percent, house.rollout.revision) == ("running", 10, 2)
    assert any("approval" in text for text in house.shown["missing"])
    house.later(days=13)
    assert (house.rollout.status, house.rollout.percent) == ("held", 10)


def test_time_alone_opens_a_gate_that_waits_for_nothing_else() -> None:
    stages = [{"share": 10, "outcomes": 10, "hours": 24}, {"share": 100, "outcomes": 10}]
    house = House().started(stages=stages)
    house.goes_well(10)
    house.later(hours=23)
    assert house.rollout.percent == 10
    house.later(hours=2)
    assert (house.rollout.percent, house.types()[-1]) == (100, "RolloutAdvanced")
    house.later(minutes=1)
    assert house.rollout.revision == 3


def test_of_two_that_decide_at_once_one_wins_and_the_other_looks_at_what_is_stored_then() -> None:
    store = Contended()
    house = House(store).started()
    house.hears(*house.reviews(bad=5))
    store.meanwhile.append(lambda: house.order("rollback"))
    house.hears(*house.reviews(bad=1))
    assert [kind for kind in house.types() if kind == "RolloutRolledBack"] == ["RolloutRolledBack"]
    assert (house.rollout.by, approvals(house).candidate_bad) == ("op-1", 6)


def test_a_rollback_wins_against_an_advance_at_the_same_moment() -> None:
    store = Contended()
    house = House(store).started()
    store.meanwhile.append(lambda: house.hears(*house.reviews(bad=6)))
    assert house.order("advance").code == "not_possible"
    assert (house.rollout.status, house.rollout.percent) == ("rolled_back", 0)


def test_a_hundred_outcomes_are_written_with_few_items(house: House) -> None:
    before = dict(house.store.items)
    commits = house.store.commits
    house.hears(*house.reviews(good=100))
    assert house.store.commits == commits + 10  # one for each batch of ten
    written = [key for key, item in house.store.items.items() if item != before.get(key)]
    assert sum(kind == "COUNTED" for _, kind in written) == 100
    assert len(written) <= 100 + 2 * 10  # of each batch one counter, and one row of what the version did lately
    assert approvals(house).candidate_good == 100


def test_batches_that_are_handled_at_once_seldom_write_the_same_counter(house: House) -> None:
    house.hears(*house.reviews(good=400))
    counters = [item for (pk, sk), item in house.store.items.items() if sk.startswith("COUNTS#")]
    assert len(counters) > 8
    assert max(int(item["rev"]) for item in counters) < 12  # of forty batches


@pytest.mark.parametrize("reason", AT_FAULT)
def test_a_draft_that_failed_is_an_error_where_the_version_or_its_model_is_at_fault(house: House, reason: str) -> None:
    house.hears(house.failure("c-1", reason))
    nobodys = {"model_unavailable", "examples_unavailable", "no_production_agent"}
    assert (house.tally == {}) is (reason in nobodys)


def test_every_fault_of_a_model_is_somebodys() -> None:
    kinds = [kind for kind in vars(faults).values() if isinstance(kind, type) and issubclass(kind, faults.ModelFault)]
    assert {kind.reason for kind in kinds} | {"prompt_invalid", "no_production_agent"} == set(AT_FAULT)


def test_a_draft_is_in_time_by_what_the_baseline_took_lately() -> None:
    house = House().asked()
    house.hears(*(lately(house, latency_ms=1000 + number) for number in range(40)))
    house.room.given(evaluated())
    assert house.rollout.latency_objective_ms == 1100
    house.hears(house.draft("c-1", latency_ms=1100), house.draft("c-2", latency_ms=1101))
    assert house.tally["latency"][10] == Counts(candidate_good=1, candidate_bad=1)


def test_baselines_are_frozen_at_what_the_baseline_did_lately() -> None:
    house = House().asked()
    house.hears(*(lately(house, latency_ms=900) for _ in range(300)))
    for number in range(300):
        decision = "rejected" if number % 10 == 0 else "approved"
        house.hears(outside(house.review(f"b-{number}", decision, "control")))
    house.room.given(evaluated())
    baselines = {metric: rail.baseline for metric, rail in house.rollout.plan.guardrails.items()}
    assert baselines == {"approval": 0.9, "errors": 0.99, "latency": 0.98}
    assert house.said("RolloutStarted")[0]["plan"]["guardrails"]["approval"]["baseline"] == 0.9


def test_of_a_baseline_of_which_little_is_known_the_plans_figures_hold(house: House) -> None:
    assert house.rollout.plan.guardrails == Plan().guardrails
    assert house.rollout.latency_objective_ms == 20_000


def test_a_baseline_below_the_drops_that_a_plan_looks_for_is_not_taken() -> None:
    guardrails = Plan().model_dump(mode="json")["guardrails"]
    guardrails["approval"] |= {"offsets": [0.1, 0.6]}
    house = House().asked(guardrails=guardrails)
    for number in range(300):
        decision = "rejected" if number % 2 else "approved"
        house.hears(outside(house.review(f"b-{number}", decision, "control")))
    house.room.given(evaluated())
    assert (house.rollout.status, house.rollout.plan.guardrails["approval"].baseline) == ("running", 0.8)


def outside(event: Any) -> Any:
    """The same outside of any rollout."""
    return event.model_copy(update={"arm": "production", "rollout_id": None, "share": None, "counts": False})


def lately(house: House, latency_ms: int) -> Any:
    return outside(house.drafts(1, "control", latency_ms=latency_ms)[0])


def test_a_repeated_outcome_of_production_is_remembered_once() -> None:
    house = House().asked()
    once = lately(house, latency_ms=900)
    delivered = [record(once, metadata=said(once, "e-once")) for _ in range(2)]
    assert house.room.deliver(delivered) == []
    rings = [item for (_, sk), item in house.store.items.items() if sk.startswith("RECENT#")]
    assert [len(item["latency"]) for item in rings] == [1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["control", "candidate"]), st.sampled_from((10, 50))), max_size=30),
    st.randoms(use_true_random=False), st.integers(1, 10),
)
def test_any_order_repetition_and_batching_gives_the_same_counters(
    seen: list[tuple[bool, str, int]], chance: random.Random, size: int,
) -> None:
    straight, shuffled = House().started(), House().started()
    for house in (straight, shuffled):
        house.order("hold")  # nothing advances, and what is decided is decided by evidence alone
    events = [
        straight.review(f"c-{number}", "approved" if good else "rejected", arm, share)
        for number, (good, arm, share) in enumerate(seen)
    ]
    straight.hears(*events)
    again = [event.model_copy(update={"rollout_id": shuffled.rollout_id}) for event in [*events, *events[::3]]]
    chance.shuffle(again)
    for start in range(0, len(again), size):
        assert shuffled.room.when(*again[start : start + size]) == []
    assert shuffled.tally == straight.tally
    assert shuffled.shown["standing"] == straight.shown["standing"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.booleans(), min_size=5, max_size=40))
def test_the_same_outcomes_in_the_same_order_cross_at_the_same_place_however_they_are_batched(said: list[bool]) -> None:
    crossed = []
    for size in (1, 10):
        house = House().started()
        house.order("hold")
        events = [house.review(f"c-{n}", "approved" if good else "rejected") for n, good in enumerate(said)]
        for start in range(0, len(events), size):
            house.room.when(*events[start : start + size])
        crossed.append([change["evidence"]["counts"] for change in house.said("RolloutRolledBack")])
    assert crossed[0] == crossed[1]


def test_a_look_at_all_goes_on_past_a_rollout_that_can_not_be_looked_at(house: House) -> None:
    broken = table.agent_key("other-writer")
    house.store.items[broken] = {"active": "ro-broken", "rev": 1}
    house.store.items[table.rollout_key("ro-broken")] = {"plan": "no plan", "rev": 1}
    with pytest.raises(Exception, match="1 of 2"):
        house.later(days=15)
    assert house.rollout.status == "held"


def test_production_moves_by_events_of_its_own_alias_only(house: House) -> None:
    house.hears(moved(3, "hash-3", 7).model_copy(update={"alias": "candidate"}))
    assert house.rollout.status == "running"
    assert house.store.items[table.agent_key(AGENT)]["production"]["version"] == 1
