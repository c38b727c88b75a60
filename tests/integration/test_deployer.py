"""The deployer as it is deployed: asked by a person, judged by what reviewers say, told to everybody."""

import json
from typing import Any

import pytest

from shared.events import Event
from shared.events.deployer import DeploymentRequested, RolloutAdvanced, RolloutRolledBack, RolloutStarted
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.room import said
from tests.integration.story import types
from tests.unit.deployer.house import (
    AGENT, CONFIG, NEW, OLD, House, evaluated, moved, new_hash, quick, registered,
)

WHERE = f"/referral/local/agents/{AGENT}"


@pytest.fixture
def deployer(cloud: Cloud) -> Cloud:
    cloud.deploy("deployer")
    return hear(cloud, registered(1, OLD), registered(2, NEW), moved(1, OLD, 1))


def hear(cloud: Cloud, *events: Event) -> Cloud:
    for event in events:
        cloud.put(event.detail_type(), json.loads(event.wrap(said(event))), source=event.source)
    return cloud.settle()


def ask(cloud: Cloud, **plan: Any) -> str:
    body = {"agent": AGENT, "candidate": 2, "by": "ae-1", "plan": quick(**plan)}
    return cloud.call("agent_deployer", "POST", "/rollouts", body).body["rollout_id"]


def started(cloud: Cloud, **plan: Any) -> str:
    rollout_id = ask(cloud, **plan)
    hear(cloud, evaluated())
    return rollout_id


def outcomes(rollout_id: str, **seen: Any) -> list[Event]:
    """Reviews at 10 % by customers that nobody else has."""
    house = House()
    house.rollout_id = rollout_id
    return house.reviews(share=10, **seen)


def pointing(name: str) -> dict[str, Any]:
    return json.loads(client("ssm").get_parameter(Name=f"{WHERE}/{name}")["Parameter"]["Value"])


def test_a_rollout_starts_once_its_evaluation_passed_and_says_so_everywhere(deployer: Cloud) -> None:
    rollout_id = started(deployer)
    heard = deployer.heard()
    assert types(heard)[-3:] == ["EvaluationFinished", "RolloutRequested", "RolloutStarted"]
    change, metadata = RolloutStarted.unwrap(heard[-1]["detail"])
    assert (change.percent, change.candidate, change.baseline, metadata.correlation_id) == (10, 2, 1, rollout_id)
    assert pointing("production") == {"version": 1, "config_hash": OLD, "revision": 1}
    assert pointing("candidate") == {"version": 2, "config_hash": NEW, "percent": 10, "rollout_id": rollout_id}


def test_what_reviewers_reject_is_taken_back(deployer: Cloud) -> None:
    rollout_id = started(deployer)
    deployer.heard()
    hear(deployer, *outcomes(rollout_id, bad=9))
    change, _ = RolloutRolledBack.unwrap(deployer.heard()[-1]["detail"])
    assert (change.percent, change.evidence.counts["approval"][10]) == (0, (0, 0, 0, 6))
    assert pointing("candidate") == {"version": None, "config_hash": None, "percent": 0, "rollout_id": None}
    shown = deployer.call("agent_deployer", "GET", f"/rollouts/{rollout_id}").body
    assert [one["change"] for one in shown["changes"]] == ["requested", "started", "rolled_back"]
    assert shown["counts"]["approval"]["10"]["candidate_bad"] == 9  # what comes after the decision is counted still


def test_a_batch_of_outcomes_is_one_transaction(deployer: Cloud) -> None:
    rollout_id = started(deployer)
    before = len(deployer.calls)
    for event in outcomes(rollout_id, good=10):
        deployer.put("ReferralReviewed", json.loads(event.wrap(said(event))), source=event.source)
    assert deployer.deliver("count_outcomes") == []
    did = [call for call in deployer.calls[before:] if call.function == "count_outcomes"]
    [written] = [call.parameters["TransactItems"] for call in did if call.operation == "TransactWriteItems"]
    assert len(written) == 10 + 2  # a proof for each customer, one counter, and what the version did lately
    assert sum(call.operation == "BatchGetItem" for call in did) == 2


def test_new_content_waits_for_its_number(deployer: Cloud) -> None:
    body = {"agent": AGENT, "config": CONFIG, "author": "ae-1", "message": "warmer", "by": "ae-1"}
    answer = deployer.call("agent_deployer", "POST", "/deployments", body)
    assert (answer.status, answer.body["waits_for"], answer.body["candidate"]) == (200, "version", None)
    deployer.settle()
    asked, metadata = DeploymentRequested.unwrap(deployer.heard()[-1]["detail"])
    assert (asked.config_hash, metadata.correlation_id) == (new_hash(), answer.body["rollout_id"])
    hear(deployer, registered(3, new_hash()))
    assert types(deployer.heard())[-1] == "RolloutRequested"
    [listed] = deployer.call("agent_deployer", "GET", "/rollouts", agent=AGENT, status="waiting").body["rollouts"]
    assert (listed["waits_for"], listed["candidate"]) == ("evaluation", 3)


def test_a_person_moves_it_and_every_minute_it_is_looked_at(deployer: Cloud) -> None:
    rollout_id = started(deployer)
    deployer.heard()
    body = {"by": "op-1", "reason": "looks well"}
    answer = deployer.call("agent_deployer", "POST", f"/rollouts/{rollout_id}/advance", body)
    assert (answer.status, answer.body["percent"], answer.body["by"]) == (200, 50, "op-1")
    change, _ = RolloutAdvanced.unwrap(deployer.settle().heard()[-1]["detail"])
    assert (change.by, change.reason, change.percent) == ("op-1", "looks well", 50)
    assert pointing("candidate")["percent"] == 50
    assert deployer.invoke("decide_rollouts", {}) == {"looked": 1}
    assert deployer.call("agent_deployer", "GET", f"/rollouts/{rollout_id}").body["revision"] == 3


def test_a_pointer_waits_for_the_table(deployer: Cloud) -> None:
    ahead = moved(2, NEW, 2)
    deployer.put("AliasMoved", json.loads(ahead.wrap(said(ahead))), source=ahead.source)
    assert len(deployer.deliver("point_at_versions")) == 1
    deployer.deliver("count_outcomes")
    deployer.later()
    assert (pointing("production")["version"], deployer.waiting("point_at_versions")) == (2, 0)
