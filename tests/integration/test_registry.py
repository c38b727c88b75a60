"""The agent registry as it is deployed: commands in, events out."""

import json
from typing import Any

import pytest

from shared.events.registry import AgentRegistered, AliasMoved
from tests.harness.cloud import Cloud
from tests.harness.http import Answer
from tests.harness.rollouts import completed, rolled_back, started
from tests.harness.room import said
from tests.integration.story import CONFIG, candidate, production, say, types
from tests.unit.registry.outcomes import Told, drafted, reviewed, sent
from tests.unit.registry.story import deployment, evaluation

AGENT = "/agents/referral-writer"


@pytest.fixture
def registry(cloud: Cloud) -> Cloud:
    return cloud.deploy("registry")


def register(cloud: Cloud, **changes: str) -> Answer:
    body = {"agent": "referral-writer", "config": CONFIG | changes, "author": "ae-1", "message": "new"}
    return cloud.call("register_agent", "POST", "/agents", body)


def test_a_version_and_its_alias_are_said_on_the_bus(registry: Cloud) -> None:
    production(registry)
    first, second = registry.settle().heard()
    registered, _ = AgentRegistered.unwrap(first["detail"])
    moved, said = AliasMoved.unwrap(second["detail"])
    assert (registered.version, registered.config.model_id) == (1, CONFIG["model_id"])
    assert (moved.to_version, moved.config_hash, moved.revision) == (1, registered.config_hash, 1)
    assert (said.correlation_id, said.producer) == ("agent-referral-writer", "referral.registry")


def test_the_same_content_is_the_same_version_and_is_said_once(registry: Cloud) -> None:
    answers = [register(registry).body for _ in range(3)] + [register(registry, system_prompt="Be brief.").body]
    assert [answer["version"] for answer in answers] == [1, 1, 1, 2]
    assert [answer["created"] for answer in answers] == [True, False, False, True]
    assert types(registry.settle().heard()) == ["AgentRegistered", "AgentRegistered"]


def test_what_was_in_production_can_be_asked_for_any_time(registry: Cloud) -> None:
    production(registry)
    between = registry.call("register_agent", "GET", f"{AGENT}/aliases/production").body["moved_at"]
    production(registry, system_prompt="Be brief.")
    assert registry.call("register_agent", "GET", f"{AGENT}/aliases/production").body["version"] == 2
    assert registry.call("register_agent", "GET", f"{AGENT}/aliases/production", at=between).body["version"] == 1
    history = registry.call("register_agent", "GET", f"{AGENT}/aliases/production/history").body
    assert [move["version"] for move in history] == [2, 1]


def test_an_alias_that_is_missing_is_an_error(registry: Cloud) -> None:
    register(registry)
    answer = registry.call("register_agent", "GET", f"{AGENT}/aliases/production")
    assert (answer.status, answer.code) == (404, "alias_missing")


def test_a_rollout_is_released_protected_and_taken_back(registry: Cloud) -> None:
    production(registry)
    named = candidate(registry)
    say(registry, started(**named))
    refused = registry.settle().call("register_agent", "PUT", f"{AGENT}/aliases/production", {"version": 2})
    assert (refused.status, refused.code) == (409, "in_rollout")
    say(registry, completed(**named))
    assert registry.settle().call("register_agent", "GET", f"{AGENT}/aliases/production").body["version"] == 2
    say(registry, rolled_back(**named))
    registry.settle()
    history = registry.call("register_agent", "GET", f"{AGENT}/aliases/production/history").body
    assert [(move["version"], move["rollout_id"]) for move in history] == [(1, "ro-1"), (2, "ro-1"), (1, None)]
    assert types(registry.heard()).count("AliasMoved") == 3


def test_a_deployment_and_its_evaluation_become_a_version_with_a_result(registry: Cloud) -> None:
    for _ in range(2):
        say(registry, deployment(1))
        registry.settle()
    assert types(registry.heard()).count("AgentRegistered") == 1
    say(registry, evaluation(candidate=1))
    [known] = registry.settle().call("register_agent", "GET", f"{AGENT}/versions/1/evaluations").body
    assert (known["verdict"], known["comparison"]["compared"]) == ("better", 150)


def test_a_version_is_compared_and_retired(registry: Cloud) -> None:
    production(registry)
    candidate(registry)
    [only] = registry.call("register_agent", "GET", f"{AGENT}/versions/1/diff/2").body["changes"]
    assert only["diff"][-1] == "+You write long, honest mails."
    body = {"reason": "too long", "by": "ae-1"}
    assert registry.call("register_agent", "POST", f"{AGENT}/versions/1/retire", body).code == "in_use"
    assert registry.call("register_agent", "POST", f"{AGENT}/versions/2/retire", body).body["changed"] is True
    assert registry.call("register_agent", "PUT", f"{AGENT}/aliases/production", {"version": 2}).code == "retired"
    assert types(registry.settle().heard())[-1] == "AgentRetired"


def test_figures_that_are_dropped_come_back_with_a_replay(registry: Cloud) -> None:
    production(registry)
    story = [one for name in "abcdefghijkl" for one in (drafted(name, 1), reviewed(name, version=1), sent(name))]
    before = told(registry, story)
    assert (before["drafts"], before["approved"]["unchanged"], before["sent"]) == (12, 12, 12)
    assert registry.call("register_agent", "POST", "/performance/rebuild").body["generation"] == 2
    assert told(registry, [])["drafts"] == 0
    replayed = told(registry, [*reversed(story), *story[::2]])
    assert {**replayed, "generation": 1, "counted_since": None} == before
    assert registry.dead("follow_rollouts") == 0


def told(registry: Cloud, story: list[Told]) -> Any:
    """The figures of version 1 once this was heard; an event that comes again is the same event."""
    for event, event_id in story:
        detail = json.loads(event.wrap(said(event, event_id)))
        registry.put(event.detail_type(), detail, source=event.source)
    return registry.settle().call("register_agent", "GET", f"{AGENT}/versions/1/performance").body
