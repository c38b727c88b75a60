"""`referral rollouts`: starting, looking and deciding, against the deployer itself over a table in memory."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cli.explanation import Explanation
from infra.cli.retold import changes, outcomes
from tests.unit.cli.laptop import Laptop, laptop, referral, told
from tests.unit.deployer.house import AGENT, House


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def account(house: House) -> Laptop:
    return laptop(agent_deployer=house)


def order(account: Laptop, house: House, verb: str, *more: str) -> Any:
    return told("rollouts", verb, house.rollout_id, "--reason", "a reason", "--by", "robin", *more, account=account)


def test_a_rollout_is_started_by_a_plan_from_a_file(account: Laptop, house: House, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"stages": [{"share": 20, "hours": 1}, {"share": 100}]}))
    said = told("rollouts", "start", AGENT, "--candidate", "2", "--plan", str(file), "--by", "robin", account=account)
    assert (said["status"], said["waits_for"], said["by"]) == ("waiting", "evaluation", "robin")
    assert [stage["share"] for stage in said["plan"]["stages"]] == [20, 100]


def test_a_plan_that_is_none_is_refused_before_anything_starts(account: Laptop) -> None:
    done = referral("rollouts", "start", AGENT, "--candidate", "2", "--plan", "-", account=account, input='{"stages": []}')
    assert (done.exit_code, "stages" in done.stderr) == (1, True)
    assert told("rollouts", "list", account=account) == []


def test_a_second_rollout_of_an_agent_is_refused_with_the_first(account: Laptop, house: House) -> None:
    house.asked()
    done = referral("rollouts", "start", AGENT, "--candidate", "2", account=account)
    assert (done.exit_code, house.rollout_id in done.stderr) == (1, True)


def test_rollouts_are_listed_by_agent_and_status(account: Laptop, house: House) -> None:
    house.started()
    assert [one["rollout_id"] for one in told("rollouts", "list", AGENT, "--status", "running", account=account)] == [house.rollout_id]
    assert told("rollouts", "list", "--status", "held", account=account) == []
    assert house.rollout_id in referral("rollouts", "list", account=account).stdout


def test_a_person_sees_counts_evidence_what_is_missing_and_what_happened(account: Laptop, house: House) -> None:
    house.started().hears(*house.drafts(3), *house.reviews(good=2, bad=1), *house.reviews(good=4, arm="control"))
    shown = referral("rollouts", "show", house.rollout_id, account=account).stdout
    lines = [line.split() for line in shown.splitlines()]
    assert ["approval", "10", "%", "4", "0", "2", "1"] in lines
    for said in ("evidence of being worse", "p-value", "outcomes of the candidate in this stage", "started", "rollouts watch"):
        assert said in shown


def test_a_person_holds_resumes_and_advances(account: Laptop, house: House) -> None:
    house.started()
    assert order(account, house, "hold")["status"] == "held"
    assert order(account, house, "resume")["status"] == "running"
    assert (advanced := order(account, house, "advance"))["percent"] == 50
    assert (advanced["by"], advanced["reason"]) == ("robin", "a reason")



def test_a_rollback_by_a_person_is_for_good(account: Laptop, house: House) -> None:
    house.started()
    assert order(account, house, "rollback", "--yes")["status"] == "rolled_back"
    again = referral("rollouts", "rollback", house.rollout_id, "--reason", "a reason", "--yes", account=account)
    assert (again.exit_code, "start another one" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("verb", "then"),
    [("advance", "50 %"), ("hold", "10 %, until somebody resumes"), ("resume", "10 %"), ("rollback", "0 %, for good")],
)
def test_a_dry_run_says_what_would_happen_and_does_nothing(account: Laptop, house: House, verb: str, then: str) -> None:
    house.started()
    said = order(account, house, verb, "--dry-run")
    assert (said["customers_now"], said["customers_then"], said["done"]) == ("10 %", then, False)
    assert ("drafts list" in said["recalled"]) == (verb == "rollback")
    assert (house.rollout.status, house.rollout.percent) == ("running", 10)


def test_an_order_that_does_not_fit_says_what_to_do(account: Laptop, house: House) -> None:
    house.started()
    done = referral("rollouts", "resume", house.rollout_id, "--reason", "a reason", account=account)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "hold, advance or roll it back" in done.stderr


def test_watching_ends_with_the_rollout(account: Laptop, house: House) -> None:
    house.started().order("rollback")
    done = referral("rollouts", "watch", house.rollout_id, "--json", account=account)
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["rolled_back"]
    assert "rollouts explain" in referral("rollouts", "watch", house.rollout_id, account=account).stdout


def test_what_the_deployer_itself_announces_is_found_again(house: House) -> None:
    reviews = [*house.started().reviews(good=40, bad=10, arm="control"), *house.reviews(good=2, bad=28)]
    for review in reviews:
        house.hears(review)
    rows = [logged(number, review.detail_type(), review.model_dump(mode="json")) for number, review in enumerate(reviews)]
    story = changes([logged(len(rows) + number, said.pop("type"), said) for number, said in enumerate(house.said())])
    found = Explanation(story, list(outcomes(rows, story[0])), frozenset(), house.at)
    assert [one.told.kind for one in found.decisions] == ["RolloutStarted", "RolloutRolledBack"]
    assert found.differences == []


def logged(number: int, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    at = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=number)
    return {"event_id": f"e-{number}", "detail_type": kind, "occurred_at": at.isoformat(), "causation_id": None, "data": said}
