"""In what two versions differ: all of it, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry import diff
from services.registry.api import app
from shared.events.registry import AgentConfig, config_hash
from tests.harness.http import Http
from tests.unit.registry.story import config, register

NAMES = ("version 1", "version 2")


@pytest.fixture
def http() -> Http:
    return Http(app)


def changes(http: Http, **changed: Any) -> dict[str, dict[str, Any]]:
    """By field, in what a second version differs."""
    register(http)
    register(http, config(**changed))
    said = http.get("/agents/referral-writer/versions/1/diff/2").body
    assert (said["agent"], said["from_version"], said["to_version"]) == ("referral-writer", 1, 2)
    return {change.pop("field"): change for change in said["changes"]}


def test_every_field_that_changed_is_told_with_both_values(http: Http) -> None:
    assert changes(
        http, model_id="other.model-v2", inference={"max_tokens": 600, "temperature": "0.20", "top_p": 0.9},
        retrieval={"examples": 3}, feature_set=["service_count"], tags={"team": "growth"},
    ) == {
        "model_id": {"before": "some.model-v1", "after": "other.model-v2"},
        "feature_set": {
            "before": ["service_count", "satisfaction_avg", "last_service_at"], "after": ["service_count"],
        },
        "inference.max_tokens": {"before": 500, "after": 600},
        "inference.top_p": {"before": None, "after": "0.9"},
        "retrieval.examples": {"before": 0, "after": 3},
        "tags.team": {"before": None, "after": "growth"},
    }


def test_a_prompt_that_changed_is_told_in_lines(http: Http) -> None:
    told = changes(http, system_prompt="You write short letters.\nYou are honest.", user_prompt="Tell {{facts}}.")
    assert told == {
        "system_prompt": {"diff": [
            "--- version 1", "+++ version 2", "@@ -1 +1,2 @@", " You write short letters.", "+You are honest.",
        ]},
        "user_prompt": {"diff": [
            "--- version 1", "+++ version 2", "@@ -1 +1 @@", "-Write with {{facts}}.", "+Tell {{facts}}.",
        ]},
    }


@pytest.mark.parametrize("prompt", ["You write short letters.\n", "You write short letters.\r", " You write short letters."])
def test_space_that_nobody_sees_is_a_difference_too(http: Http, prompt: str) -> None:
    assert list(changes(http, system_prompt=prompt)) == ["system_prompt"]


def test_a_version_does_not_differ_from_itself(http: Http) -> None:
    register(http)
    assert http.get("/agents/referral-writer/versions/1/diff/1").body["changes"] == []


def test_a_version_that_is_missing_differs_from_nothing(http: Http) -> None:
    register(http)
    assert http.get("/agents/referral-writer/versions/1/diff/2").code == "version_missing"
    assert http.get("/agents/nobody/versions/1/diff/2").code == "not_found"


configs = st.builds(
    AgentConfig,
    model_id=st.sampled_from(["m", "n"]), system_prompt=st.sampled_from(["a", "a\n", "a\nb"]),
    user_prompt=st.sampled_from(["{{facts}}", "{{facts}}!"]), feature_set=st.lists(st.sampled_from(["x", "y"]), max_size=2),
    inference=st.fixed_dictionaries({"temperature": st.sampled_from(["0.2", "0.20", "0"]), "top_p": st.sampled_from([None, "1"])}),
    tags=st.dictionaries(st.sampled_from("kl"), st.sampled_from(["1", "2"]), max_size=2),
)


@settings(max_examples=200, deadline=None)
@given(configs, configs)
def test_two_configs_differ_exactly_where_their_hashes_do(one: AgentConfig, other: AgentConfig) -> None:
    assert (diff.changes(one, other, NAMES) == []) == (config_hash(one) == config_hash(other))
