"""A rollout from the request to its end, on the deployer's own events and a person's orders."""

from datetime import timedelta
from typing import Any

import pytest

from infra.cli.rollout_views import advice
from services.deployer.deployment import Deployment
from services.deployer.views import detail
from tests.harness.room import record, said
from tests.unit.deployer.house import (
    AGENT, CONFIG, NEW, OLD, House, evaluated, moved, new_hash, quick, registered, retired,
)

DEPLOY = {"agent": AGENT, "config": CONFIG, "author": "ae-1", "message": "warmer", "by": "ae-1"}


@pytest.fixture
def house() -> House:
    return House()


def test_a_good_candidate_is_released(house: House) -> None:
    house.started()
    for share in (10, 50, 100):
        house.goes_well(share)
    assert house.types() == [
        "RolloutRequested", "RolloutStarted", "RolloutAdvanced", "RolloutAdvanced", "RolloutCompleted",
    ]
    assert [change["percent"] for change in house.shown["changes"]] == [0, 10, 50, 100, 100]
    assert [change["revision"] for change in house.said()[1:]] == [2, 3, 4, 5]
    assert house.said("RolloutCompleted")[0]["evidence"]["counts"]["approval"]["100"][2] > 0


def test_content_that_is_new_gets_its_number_its_evaluation_and_its_first_customers(house: House) -> None:
    house.rollout_id = house.post("/deployments", DEPLOY).body["rollout_id"]
    [asked] = house.said("DeploymentRequested")
    assert (asked["config_hash"], asked["config"]["model_id"]) == (new_hash(), CONFIG["model_id"])
    house.room.when(registered(3, new_hash()))
    assert (house.shown["waits_for"], house.shown["missing"]) == ("evaluation", ["an evaluation against production"])
    house.room.when(evaluated(candidate=new_hash(), evaluation="ev-3"))
    [started] = house.said("RolloutStarted")
    assert (started["candidate"], started["evaluation_id"], started["percent"]) == (3, "ev-3", 10)
    assert started["salt"] and len(started["salt"]) >= 16


def test_content_that_has_a_number_is_not_registered_again(house: House) -> None:
    house.room.given(registered(3, new_hash()))
    assert house.post("/deployments", DEPLOY).body["candidate"] == 3
    assert house.types() == ["RolloutRequested"]


@pytest.mark.parametrize(
    "other", [evaluated(candidate="hash-other"), evaluated(baseline="hash-other")], ids=["candidate", "baseline"],
)
def test_an_evaluation_of_other_content_does_not_count(house: House, other: Any) -> None:
    house.asked().room.when(other)
    assert (house.rollout.status, house.types()) == ("waiting", ["RolloutRequested"])


def test_an_evaluation_that_never_comes_is_seen(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.asked().later(hours=1, minutes=59)
    assert "RolloutsOverdue" not in capsys.readouterr().out
    house.later(minutes=2)
    assert "RolloutsOverdue" in capsys.readouterr().out
    seen = detail(house.rollout, {}, [], house.at)
    assert seen["overdue"] and "referral outbox lost" in advice(seen)
    house.room.when(evaluated())
    assert (house.rollout.status, house.rollout.overdue(house.at)) == ("running", False)


def test_an_evaluation_that_is_known_already_is_used_at_once(house: House) -> None:
    house.room.given(evaluated())
    assert house.asked().rollout.status == "running"
    assert house.types() == ["RolloutStarted"]


@pytest.mark.parametrize(
    ("finished", "status", "announced"),
    [
        (evaluated("worse", passed=False), "refused", "RolloutRefused"),
        (evaluated("undecided", passed=False), "held", "RolloutHeld"),
        (evaluated("no_worse", passed=False, failed_checks={"facts": 1}), "refused", "RolloutRefused"),
    ],
    ids=["worse", "undecided", "failed check"],
)
def test_without_a_passed_evaluation_no_customer_is_reached(
    house: House, finished: Any, status: str, announced: str,
) -> None:
    house.asked().room.when(finished)
    assert (house.rollout.status, house.rollout.percent, house.types()[-1]) == (status, 0, announced)
    assert "130 cases at least" in house.rollout.reason


def test_the_latest_evaluation_counts_in_whatever_order_it_is_heard(house: House) -> None:
    newer, older = evaluated("better", evaluation="ev-2"), evaluated("worse", passed=False)
    before = said(older).model_copy(update={"occurred_at": house.at - timedelta(days=1)})
    house.room.deliver([record(newer), record(older, metadata=before)])
    assert house.asked().rollout.evaluation_id == "ev-2"


@pytest.mark.parametrize("verb", ["resume", "advance"])
def test_a_person_may_start_what_the_evaluation_left_open(house: House, verb: str) -> None:
    house.asked().room.when(evaluated("undecided", passed=False))
    assert house.order(verb).body["percent"] == 10
    [started] = house.said("RolloutStarted")
    assert (started["evaluation_id"], started["by"], started["reason"]) == ("ev-1", "op-1", "a reason")


def test_a_person_may_start_without_an_evaluation_or_end_before_the_start(house: House) -> None:
    assert house.asked().order("advance").body["status"] == "running"
    assert house.said("RolloutStarted")[0]["evaluation_id"] is None
    other = House().asked()
    assert (other.order("rollback").body["status"], other.types()[-1]) == ("refused", "RolloutRefused")


def test_a_second_rollout_of_the_same_agent_is_refused_with_the_name_of_the_first(house: House) -> None:
    house.asked()
    answer = house.post("/rollouts", {"agent": AGENT, "candidate": 2, "by": "ae-1"})
    assert (answer.status, answer.code, answer.body["rollout_id"]) == (409, "rollout_active", house.rollout_id)
    house.order("rollback")
    assert house.asked().rollout.status == "waiting"
    assert len(house.get("/rollouts").body["rollouts"]) == 2


@pytest.mark.parametrize("state", ["asked", "started"])
def test_production_moved_by_hand_ends_it(house: House, state: str) -> None:
    getattr(house, state)().room.when(moved(3, "hash-3", 2))
    assert house.types()[-1] == {"asked": "RolloutRefused", "started": "RolloutRolledBack"}[state]
    assert house.rollout.reason == "production was moved to version 3: moved by hand"
    assert house.rollout.percent == 0


def test_an_older_move_of_production_ends_nothing(house: House) -> None:
    house.room.given(moved(1, OLD, 3))
    house.started()
    commits = house.store.commits
    house.room.when(moved(2, NEW, 2), moved(1, OLD, 3))
    assert (house.rollout.status, house.store.commits) == ("running", commits)


def test_a_candidate_that_is_retired_is_taken_back(house: House) -> None:
    house.started().room.when(retired())
    assert (house.rollout.status, house.rollout.reason) == ("rolled_back", "the candidate was retired")
    again = house.post("/rollouts", {"agent": AGENT, "candidate": 2, "by": "ae-1"})
    assert (again.status, again.code) == (409, "retired")


def test_a_retirement_that_is_heard_before_the_registration_counts(house: House) -> None:
    house.room.given(retired(3, "hash-3"), registered(3, "hash-3"))
    assert house.post("/rollouts", {"agent": AGENT, "candidate": 3, "by": "ae-1"}).code == "retired"


def test_a_person_holds_resumes_advances_and_rolls_back(house: House) -> None:
    house.started()
    for verb, status, percent in (
        ("hold", "held", 10), ("resume", "running", 10), ("advance", "running", 50), ("rollback", "rolled_back", 0),
    ):
        answer = house.order(verb).body
        assert (answer["status"], answer["percent"], answer["by"]) == (status, percent, "op-1")
    assert house.types()[2:] == ["RolloutHeld", "RolloutResumed", "RolloutAdvanced", "RolloutRolledBack"]


def test_a_released_rollout_can_be_taken_back_and_announces_what_was_in_production_before(house: House) -> None:
    house.started()
    for _ in range(3):
        house.order("advance")
    assert house.rollout.status == "released"
    house.room.given(moved(2, NEW, 2, cause=house.rollout_id))
    assert house.order("rollback").body["status"] == "rolled_back"
    [change] = house.said("RolloutRolledBack")
    assert (change["baseline"], change["baseline_revision"], change["candidate"]) == (1, 1, 2)


def test_what_was_released_is_not_taken_back_from_under_the_next_rollout(house: House) -> None:
    first = house.started().rollout_id
    for _ in range(3):
        house.order("advance")
    house.room.given(moved(2, NEW, 2, cause=first), registered(3, "hash-3"))
    next_one = house.post("/rollouts", {"agent": AGENT, "candidate": 3, "by": "ae-1"}).body["rollout_id"]
    answer = house.order("rollback")
    assert (answer.code, answer.body["rollout_id"]) == ("rollout_active", next_one)


@pytest.mark.parametrize(
    ("before", "verb", "code"),
    [
        ((), "resume", "not_possible"), (("hold",), "hold", "not_possible"), (("rollback",), "advance", "not_possible"),
        (("rollback",), "rollback", "not_possible"), (("advance",) * 3, "advance", "not_possible"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    house: House, before: tuple[str, ...], verb: str, code: str,
) -> None:
    house.started()
    for order in before:
        house.order(order)
    answer = house.order(verb)
    assert (answer.status, answer.code) == (409, code)
    assert ": " in answer.body["message"]


def test_what_has_no_number_is_not_advanced_but_may_be_ended(house: House) -> None:
    house.rollout_id = house.post("/deployments", DEPLOY).body["rollout_id"]
    assert house.order("advance").code == "not_registered"
    assert house.order("rollback").body["status"] == "refused"
    assert house.said("RolloutRefused")[0]["candidate"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"candidate": 9}, "version_missing"), ({"candidate": 1}, "in_production"),
        ({"candidate": 2, "agent": "other-writer"}, "version_missing"),
        ({"candidate": 2, "by": "a@example.com"}, "invalid"),
    ],
)
def test_a_request_that_can_not_be_is_refused(house: House, body: dict[str, Any], code: str) -> None:
    assert house.post("/rollouts", {"agent": AGENT, "by": "ae-1"} | body).code == code


def test_an_agent_without_production_has_nothing_to_compare_with(house: House) -> None:
    answer = house.post("/deployments", DEPLOY | {"agent": "other-writer"})
    assert (answer.status, answer.code) == (409, "no_production")


def test_a_plan_is_refused_with_all_its_problems(house: House) -> None:
    wrong = quick(false_rollbacks=2, hold_days=0, stages=[{"share": 50}, {"share": 10}])
    answer = house.post("/rollouts", {"agent": AGENT, "candidate": 2, "by": "ae-1", "plan": wrong})
    assert answer.status == 422
    assert {problem["field"] for problem in answer.body["problems"]} == {
        "plan.false_rollbacks", "plan.hold_days", "plan.stages",
    }


def test_a_config_that_could_fail_later_is_refused(house: House) -> None:
    answer = house.post("/deployments", DEPLOY | {"config": CONFIG | {"user_prompt": "Write {{something}}."}})
    assert (answer.status, answer.body["problems"][0]["field"]) == (422, "config.user_prompt")


def test_rollouts_are_listed_newest_first_and_by_status(house: House) -> None:
    first = house.asked().rollout_id
    house.order("rollback")
    second = house.asked().rollout_id
    assert [one["rollout_id"] for one in house.get("/rollouts", agent=AGENT).body["rollouts"]] == [second, first]
    assert [one["rollout_id"] for one in house.get("/rollouts", status="refused").body["rollouts"]] == [first]
    assert house.get("/rollouts", agent="other-writer").body == {"rollouts": []}
    assert house.get("/rollouts", status="lost").status == 422


def test_an_unknown_rollout_is_named(house: House) -> None:
    house.rollout_id = "ro-lost"
    assert (house.get("/rollouts/ro-lost").code, house.order("hold").code) == ("not_found", "not_found")


def test_what_is_stored_is_what_was_decided(house: House) -> None:
    house.started()
    stored = house.rollout
    assert Deployment.model_validate(stored.model_dump()) == stored
    assert stored.baseline.config_hash == OLD


def test_what_is_heard_again_changes_nothing(house: House) -> None:
    house.started().room.given(retired(3, "hash-3"))
    commits = house.store.commits
    house.room.when(registered(1, OLD), registered(2, NEW), retired(3, "hash-3"), moved(1, OLD, 1))
    assert house.store.commits == commits
