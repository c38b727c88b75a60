"""`referral agents deploy`: from a file to the first customers, and what a person is told on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.cli import rollout_views
from infra.cli.deploy_agent import Following
from shared.api import Api
from tests.harness.http import Http
from tests.unit.cli.laptop import Laptop, laptop, referral, told
from tests.unit.deployer.house import AGENT, CONFIG, NEW, OLD, House, evaluated, new_hash, registered

FILE = """
agent: referral-writer
message: "Shorter"
config: {model_id: "eu.example.writer-v1:0", system_prompt: "You write short, honest mails.", user_prompt: "{{facts}} Write the mail."}
"""


def evaluations(done: int) -> Http:
    """An evaluation service that is so far."""
    api = Api("evaluation")

    @api.get("/evaluations")
    def known(agent: str) -> dict[str, Any]:
        return {"evaluations": [{"candidate": 3, "baseline": 1, "done": done, "cases": 200}, {"candidate": 2, "baseline": 1}]}

    return Http(api)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def account(house: House) -> Laptop:
    return laptop(agent_deployer=house, evaluations_api=evaluations(70))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "v3.yaml"
    made.write_text(FILE)
    return made


def deployed(account: Laptop, house: House, file: Path) -> dict[str, Any]:
    said = told("agents", "deploy", str(file), "--no-wait", "--by", "robin", account=account)
    house.rollout_id = said["rollout_id"]
    return said


def followed(account: Laptop, said: dict[str, Any], *happens: Callable[[], Any]) -> tuple[dict[str, Any], list[str]]:
    """What is told while these things happen, one at each nap."""
    steps, lines = iter(happens), list[str]()
    following = Following(account, lines.append, sleep=lambda _: next(steps)())
    return following.until_decided(said, timeout=60), lines


def test_new_content_waits_for_its_version(account: Laptop, house: House, file: Path) -> None:
    said = deployed(account, house, file)
    assert (said["status"], said["waits_for"], said["candidate_hash"]) == ("waiting", "version", new_hash())
    [asked] = house.said("DeploymentRequested")
    assert (asked["message"], asked["author"], asked["config"]["model_id"]) == ("Shorter", "robin", CONFIG["model_id"])


def test_every_step_to_the_first_customers_is_told_once(account: Laptop, house: House, file: Path) -> None:
    said = deployed(account, house, file)
    found, lines = followed(
        account, said, lambda: None,
        lambda: house.room.given(registered(3, new_hash())),
        lambda: house.room.given(evaluated(candidate=new_hash())),
    )
    assert (found["status"], found["percent"]) == ("running", 10)
    assert lines[0] == f"{house.rollout_id}: registering"
    assert lines[1] == f"{AGENT} version 3 is registered; evaluation against version 1: 70 of 200 cases"
    assert lines[2].startswith(f"{AGENT} version 3 is running at 10 %: evaluation ev-1: 130 cases")
    assert len(lines) == 3


def test_an_undecided_evaluation_asks_a_person_and_says_how_to_answer(account: Laptop, house: House, file: Path) -> None:
    said = deployed(account, house, file)
    house.room.given(registered(3, new_hash()))
    found, _ = followed(account, said, lambda: house.room.given(evaluated("undecided", False, candidate=new_hash())))
    assert found["status"] == "held"
    for told_to in (f"rollouts resume {house.rollout_id}", "evaluations report ev-1"):
        assert told_to in rollout_views.advice(found)


def test_a_worse_candidate_is_refused_with_exit_code_one(account: Laptop, house: House, file: Path) -> None:
    file.write_text(FILE)
    house.room.given(registered(3, new_hash()), evaluated("worse", False, candidate=new_hash()))
    done = referral("agents", "deploy", str(file), "--by", "robin", account=account)
    assert done.exit_code == 1
    assert "No customer was reached" in done.stdout


def test_waiting_ends_although_nothing_happens(account: Laptop, house: House, file: Path) -> None:
    said = deployed(account, house, file)
    clock = iter(range(0, 1000, 20))
    following = Following(account, lambda _: None, sleep=lambda _: None, seconds=lambda: next(clock))
    assert following.until_decided(said, timeout=60)["status"] == "waiting"


def test_known_versions_are_not_registered_again(account: Laptop, house: House, file: Path) -> None:
    house.room.given(registered(3, new_hash()))
    assert deployed(account, house, file)["candidate"] == 3
    assert house.said("DeploymentRequested") == []
    assert {OLD, NEW}.isdisjoint({house.rollout.candidate_hash})
