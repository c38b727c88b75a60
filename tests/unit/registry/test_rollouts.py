"""Deployments bring versions, rollouts move production; out of order, twice, and against people who move it by hand."""

from itertools import permutations

import pytest

from services.registry.reactions import routes
from shared.events.deployer import (
    RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack, RolloutStarted,
)
from tests.harness.room import Room, record, said
from tests.unit.registry.story import AGENT, Registry, announced, change, content, deployment, point, register, retire

STARTED, ADVANCED = change(RolloutStarted, 1), change(RolloutAdvanced, 2, percent=50)
COMPLETED, TAKEN_BACK = change(RolloutCompleted, 3, percent=100), change(RolloutRolledBack, 4, percent=0, reason="too many rejections")


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_deployment_registers_its_content_and_keeps_who_and_why(registry: Registry) -> None:
    registry.when(deployment(4))
    [event] = registry.announced
    assert (event["type"], event["data"]["version"], event["metadata"]["correlation_id"]) == ("AgentRegistered", 4, f"agent-{AGENT}")
    known = registry.version(4)
    assert (known["author"], known["message"]) == ("ae-7", "shorter subject")
    assert known["config"]["system_prompt"] == "prompt 4"


def test_the_same_content_deployed_twice_or_known_before_is_the_same_version(registry: Registry) -> None:
    registry.when(deployment(4), deployment(4, rollout_id="ro-2", author="ae-8"), deployment(2))
    registry.when(deployment(4))
    assert registry.announced_types() == ["AgentRegistered"]
    assert registry.version(4)["author"] == "ae-7"
    assert registry.version(2)["author"] == "an engineer"


def test_the_first_version_of_an_agent_may_come_by_deployment() -> None:
    room = Room(routes)
    room.when(deployment(1), deployment(2))
    assert [event["data"]["version"] for event in room.announced] == [1, 2]


def test_a_rollout_that_is_under_way_is_shown(registry: Registry) -> None:
    registry.when(STARTED)
    registry.when(ADVANCED)
    rollouts = registry.http.get(f"/agents/{AGENT}").body["rollouts"]
    assert rollouts == [{"rollout_id": "ro-1", "candidate": 2, "baseline": 1, "percent": 50}]
    registry.when(change(RolloutHeld, 3), change(RolloutResumed, 4), change(RolloutRefused, 5, percent=0))
    assert registry.http.get(f"/agents/{AGENT}").body["rollouts"] == []
    assert registry.announced == []


def test_a_release_moves_production_and_says_because_of_which_rollout(registry: Registry) -> None:
    registry.given(STARTED, ADVANCED)
    registry.when(COMPLETED)
    [moved] = registry.announced
    assert moved["type"] == "AliasMoved"
    assert moved["data"] == {
        "agent": AGENT, "alias": "production", "revision": 2, "from_version": 1, "to_version": 2,
        "config_hash": COMPLETED.candidate_hash, "cause": "rollout ro-1: enough evidence", "rollout_id": "ro-1",
    }
    assert (registry.production, registry.http.get(f"/agents/{AGENT}").body["rollouts"]) == (2, [])
    newest, _ = registry.http.get(f"/agents/{AGENT}/aliases/production/history").body
    assert newest["rollout_id"] == "ro-1"


def test_a_release_that_is_taken_back_gives_production_to_the_baseline(registry: Registry) -> None:
    registry.given(STARTED, COMPLETED)
    registry.when(TAKEN_BACK)
    [moved] = registry.announced
    assert (moved["data"]["to_version"], moved["data"]["cause"]) == (1, "rollout ro-1: too many rejections")
    registry.when(TAKEN_BACK)
    assert (registry.production, len(registry.announced)) == (1, 1)


def test_a_release_whose_baseline_was_retired_is_taken_back_all_the_same(registry: Registry) -> None:
    registry.given(STARTED, COMPLETED)
    assert retire(registry.http, 1).status == 200
    registry.when(TAKEN_BACK)
    assert registry.production == 1


def test_a_rollout_that_is_taken_back_before_its_release_moves_nothing(registry: Registry) -> None:
    registry.given(STARTED)
    registry.when(TAKEN_BACK)
    assert (registry.production, registry.announced) == (1, [])


@pytest.mark.parametrize("order", [*permutations([STARTED, ADVANCED, COMPLETED, TAKEN_BACK])])
def test_in_any_order_a_rollback_wins(order: tuple[object, ...]) -> None:
    registry = Registry()
    for event in (*order, *order):
        registry.when(event)
    assert registry.production == 1
    assert registry.http.get(f"/agents/{AGENT}").body["rollouts"] == []


@pytest.mark.parametrize("order", [*permutations([STARTED, ADVANCED, COMPLETED])])
def test_in_any_order_and_all_at_once_a_release_moves_production_once(order: tuple[object, ...]) -> None:
    registry = Registry()
    registry.when(*order, *order)
    assert (registry.production, registry.announced_types()) == (2, ["AliasMoved"])


def test_a_release_does_not_undo_what_a_person_did(registry: Registry) -> None:
    registry.given(STARTED)
    point(registry.http, 3, force=True)
    registry.when(COMPLETED)
    assert registry.production == 3


def test_a_rollback_does_not_undo_what_a_person_did_after_the_release(registry: Registry) -> None:
    registry.given(STARTED, COMPLETED)
    point(registry.http, 3)
    registry.when(TAKEN_BACK)
    assert registry.production == 3


def test_a_candidate_that_a_person_put_into_production_is_not_taken_back_from_it(registry: Registry) -> None:
    registry.given(STARTED)
    point(registry.http, 2, force=True)
    registry.when(TAKEN_BACK)
    assert registry.production == 2


def test_a_retired_candidate_is_not_released(registry: Registry) -> None:
    retire(registry.http, 2)
    registry.when(STARTED, COMPLETED)
    assert registry.production == 1


def test_who_moves_production_while_it_is_released_is_seen(registry: Registry) -> None:
    registry.given(STARTED)
    registry.store.meanwhile.append(lambda: point(registry.http, 3, force=True))
    registry.when(COMPLETED)
    assert registry.production == 3


def test_a_rollout_of_nobody_comes_again(registry: Registry) -> None:
    assert len(registry.when(change(RolloutStarted, 1, agent="nobody"))) == 1
    assert len(registry.when(change(RolloutCompleted, 2, candidate=9))) == 1


def test_production_is_protected_during_a_rollout(registry: Registry) -> None:
    registry.given(STARTED)
    refused = point(registry.http, 3)
    assert (refused.status, refused.code, refused.body["rollout_id"]) == (409, "in_rollout", "ro-1")
    assert "referral rollouts rollback ro-1" in refused.body["message"]
    assert point(registry.http, 3, alias="candidate").status == 200
    assert point(registry.http, 1).body["moved"] is False
    assert point(registry.http, 3, force=True).body["moved"] is True


@pytest.mark.parametrize("end", [COMPLETED, TAKEN_BACK, change(RolloutRefused, 3, percent=0)])
def test_once_a_rollout_is_over_production_is_free(registry: Registry, end: object) -> None:
    registry.given(STARTED, end)
    assert point(registry.http, 3).body["moved"] is True


def test_a_rollout_that_starts_while_production_is_moved_is_seen(registry: Registry) -> None:
    registry.store.meanwhile.append(lambda: registry.when(STARTED))
    assert point(registry.http, 3).code == "in_rollout"
    assert registry.production == 1


def test_a_replay_of_everything_changes_nothing(registry: Registry) -> None:
    story = [record(event, metadata=said(event)) for event in (deployment(4), STARTED, ADVANCED, COMPLETED, TAKEN_BACK)]
    registry.deliver(story)
    before = announced(registry.http)
    for one in reversed(story):
        assert registry.deliver([one]) == []
    assert announced(registry.http) == before


def test_content_is_the_same_by_hand_and_by_deployment(registry: Registry) -> None:
    registry.given(deployment(4))
    again = register(registry.http, content(4).model_dump(mode="json")).body
    assert (again["version"], again["created"]) == (4, False)
