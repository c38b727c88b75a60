"""The agent registry as it is deployed: commands in, events out."""

import pytest

from shared.events.registry import AgentRegistered, AliasMoved
from tests.harness.cloud import Cloud
from tests.harness.http import Answer
from tests.integration.story import CONFIG, production, types

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
