"""Versions are immutable, numbered without gaps, and the same content is the same version."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.api import app
from shared.events.registry import AgentConfig, AgentRegistered, config_hash
from tests.harness.http import Answer, Http
from tests.harness.memory import Contended
from tests.unit.registry.story import announced, config, register


@pytest.fixture
def http() -> Http:
    return Http(app, Contended())


def problems(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.code) == (422, "invalid")
    return {problem["field"]: problem["problem"] for problem in answer.body["problems"]}


def test_a_first_version_is_registered_and_announced(http: Http) -> None:
    answer = register(http, message="first try")
    assert (answer.body["agent"], answer.body["version"], answer.body["created"]) == ("referral-writer", 1, True)
    [event] = announced(http)
    assert (event["type"], event["source"]) == ("AgentRegistered", "referral.registry")
    assert event["metadata"]["correlation_id"] == "agent-referral-writer"
    said = AgentRegistered.model_validate(event["data"])
    assert (said.version, said.message, said.config_hash) == (1, "first try", config_hash(said.config))


def test_the_same_content_twice_is_the_same_version(http: Http) -> None:
    first = register(http, author="one")
    again = register(http, author="two", message="once more")
    assert again.body == first.body | {"created": False}
    assert len(announced(http)) == 1
    assert http.get("/agents/referral-writer").body["versions"][0]["author"] == "one"


def test_content_is_the_same_however_it_is_written_down(http: Http) -> None:
    plain = {"model_id": "m", "system_prompt": "Write.", "user_prompt": "{{facts}}"}
    written_out = AgentConfig.model_validate(plain).model_dump(mode="json")
    inference = {"temperature": 0.0, "max_tokens": "800", "top_p": None}
    for same in (plain, written_out, dict(reversed(plain.items())), plain | {"inference": inference}):
        assert register(http, same).body["version"] == 1
    assert register(http, plain | {"inference": {"temperature": "0.10"}}).body["version"] == 2
    assert register(http, plain | {"inference": {"temperature": 0.1}}).body["created"] is False


CHANGES: list[dict[str, Any]] = [
    {"model_id": "other"}, {"system_prompt": "Be brief."}, {"user_prompt": "{{facts}}!"},
    {"inference": {"max_tokens": 9}}, {"retrieval": {"examples": 3}}, {"feature_set": ["service_count"]}, {"tags": {"team": "growth"}},
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_part_of_a_config_makes_another_version(http: Http, change: dict[str, Any]) -> None:
    register(http)
    assert register(http, config(**change)).body["version"] == 2


def test_the_order_of_tags_is_no_content(http: Http) -> None:
    register(http, config(tags={"team": "growth", "tone": "warm"}))
    assert register(http, config(tags={"tone": "warm", "team": "growth"})).body["created"] is False


def test_an_old_version_is_answered_for_ever(http: Http) -> None:
    register(http, config(system_prompt="one"))
    register(http, config(system_prompt="two"))
    shown = http.get("/agents/referral-writer/versions/1").body
    assert (shown["version"], shown["config"]["system_prompt"]) == (1, "one")
    assert [row["version"] for row in http.get("/agents/referral-writer").body["versions"]] == [2, 1]


def test_two_people_who_register_at_once_get_two_numbers(http: Http) -> None:
    http.store.meanwhile.append(lambda: register(Http(app, http.store), config(system_prompt="faster")))
    assert register(http, config(system_prompt="slower")).body["version"] == 2
    assert [event["data"]["version"] for event in announced(http)] == [1, 2]


def test_two_people_who_register_the_same_at_once_get_one_version(http: Http) -> None:
    http.store.meanwhile.append(lambda: register(Http(app, http.store)))
    assert (register(http).body["version"], register(http).body["created"]) == (1, False)
    assert len(announced(http)) == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a1", "b1"]), st.sampled_from("uvwxyz")), max_size=25))
def test_numbers_have_no_gaps_whatever_is_registered(registrations: list[tuple[str, str]]) -> None:
    http, known = Http(app), {"a1": dict[str, int](), "b1": dict[str, int]()}
    for agent, prompt in registrations:
        expected = known[agent].setdefault(prompt, len(known[agent]) + 1)
        assert register(http, config(system_prompt=prompt), agent=agent).body["version"] == expected
    numbers = {row["agent"]: row["latest_version"] for row in http.get("/agents").body}
    assert numbers == {agent: len(prompts) for agent, prompts in known.items() if prompts}


def test_a_broken_agent_file_gives_all_problems_at_once(http: Http) -> None:
    broken = {
        "model_id": "", "system_prompt": "Dear {{customer}}", "inference": {"temperature": 3, "heat": 1},
        "user_prompt": "Write for {{customer}} about {{ facts }}", "feature_set": ["mood"], "modle": "x",
    }
    answer = http.post("/agents", {"agent": "Referral Writer", "config": broken, "message": "x"})
    assert set(problems(answer)) == {
        "agent", "author", "config.model_id", "config.system_prompt", "config.user_prompt", "config.feature_set",
        "config.inference.temperature", "config.inference.heat", "config.modle",
    }
    assert announced(http) == [] == http.get("/agents").body


@pytest.mark.parametrize(("template", "said"), [
    ("Write about {{facts}} to {{customer_name}}", "Nobody can fill ['customer_name']"),
    ("Write a mail.", "Without {{facts}}"),
    ("Write with {{examples}} and {{notes}}.", "Without {{facts}}"),
    ("{{facts}} and {{notes", "does not end"),
    ("{{facts}} {{}}", "Nobody can fill ['']"),
])
def test_a_template_that_can_not_be_filled_is_refused(http: Http, template: str, said: str) -> None:
    answer = register(http, config(user_prompt=template))
    assert said in problems(answer)["config.user_prompt"]


@pytest.mark.parametrize("template", [
    "{{facts}}", "{{ facts }} {{notes}}{{examples}}\n{{company}}", "{facts} {{facts}} }}",
])
def test_a_template_that_can_be_filled_is_accepted(http: Http, template: str) -> None:
    assert register(http, config(user_prompt=template)).body["created"] is True


def test_a_config_that_is_too_large_to_announce_is_refused(http: Http) -> None:
    answer = register(http, config(tags={str(n): "x" * 1000 for n in range(300)}))
    assert (answer.status, answer.code, announced(http)) == (413, "too_large", [])


def test_what_is_not_registered_is_not_found(http: Http) -> None:
    assert http.get("/agents/nobody").code == "not_found"
    assert http.get("/agents/nobody/versions/1").code == "not_found"
    register(http)
    missing = http.get("/agents/referral-writer/versions/2")
    assert (missing.status, missing.code) == (404, "version_missing")
    assert "1 to 1" in missing.body["message"]


def test_a_registered_config_can_not_be_changed_through_what_was_sent(http: Http) -> None:
    sent = config(tags={"team": "growth"})
    register(http, sent)
    before = deepcopy(http.get("/agents/referral-writer/versions/1").body)
    sent["tags"]["team"] = "other"
    assert http.get("/agents/referral-writer/versions/1").body == before
