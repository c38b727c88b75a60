"""A version that nobody needs any more is retired for good."""

import pytest

from shared.events.deployer import RolloutRolledBack, RolloutStarted
from shared.events.registry import AgentRetired
from tests.unit.registry.story import Registry, change, content, deployment, point, register, retire


@pytest.fixture
def registry() -> Registry:
    return Registry()


def test_a_retired_version_says_so_with_reason_and_person(registry: Registry) -> None:
    answer = retire(registry.http, 3, reason="it promises discounts").body
    assert (answer["version"], answer["changed"], answer["retired"]["by"]) == (3, True, "ae-1")
    assert registry.version(3)["retired"] == answer["retired"]
    assert registry.version(3)["retired"]["reason"] == "it promises discounts"
    [event] = registry.announced
    assert event["type"] == "AgentRetired"
    said = AgentRetired.model_validate(event["data"])
    assert (said.version, said.config_hash, said.reason) == (3, answer["config_hash"], "it promises discounts")


def test_retiring_twice_is_retiring_once(registry: Registry) -> None:
    first = retire(registry.http, 3).body
    again = retire(registry.http, 3, reason="another reason").body
    assert again == first | {"changed": False}
    assert registry.announced_types() == ["AgentRetired"]


def test_no_alias_can_name_a_retired_version(registry: Registry) -> None:
    retire(registry.http, 3)
    for given in ({}, {"force": True}, {"alias": "candidate"}):
        refused = point(registry.http, 3, **given)
        assert (refused.status, refused.code) == (409, "retired")
    assert "another tag" in refused.body["message"]


def test_what_an_alias_names_is_not_retired(registry: Registry) -> None:
    point(registry.http, 3, alias="candidate")
    for version, alias in ((1, "production"), (3, "candidate")):
        refused = retire(registry.http, version)
        assert (refused.status, refused.code) == (409, "in_use")
        assert alias in refused.body["message"]


def test_what_a_rollout_needs_is_not_retired_until_it_is_over(registry: Registry) -> None:
    registry.given(change(RolloutStarted, 1, baseline=3))
    for version in (2, 3):
        refused = retire(registry.http, version)
        assert (refused.code, refused.body["rollout_id"]) == ("in_rollout", "ro-1")
    registry.given(change(RolloutRolledBack, 2, percent=0, baseline=3))
    assert retire(registry.http, 2).status == 200


def test_of_an_alias_that_moves_there_and_a_retirement_at_once_only_one_happens(registry: Registry) -> None:
    registry.store.meanwhile.append(lambda: retire(registry.http, 3))
    assert point(registry.http, 3).code == "retired"
    registry.store.meanwhile.append(lambda: point(registry.http, 2))
    assert retire(registry.http, 2).code == "in_use"


def test_a_rollout_that_starts_during_a_retirement_is_seen(registry: Registry) -> None:
    registry.store.meanwhile.append(lambda: registry.when(change(RolloutStarted, 1)))
    assert retire(registry.http, 2).code == "in_rollout"


def test_the_content_of_a_retired_version_is_still_that_version(registry: Registry) -> None:
    retire(registry.http, 3)
    again = register(registry.http, content(3).model_dump(mode="json")).body
    assert (again["version"], again["created"], again["retired"]["reason"]) == (3, False, "too long")
    registry.given(deployment(3))
    assert registry.announced == []


def test_another_tag_makes_retired_content_a_new_version(registry: Registry) -> None:
    retire(registry.http, 3)
    fresh = register(registry.http, content(3).model_dump(mode="json") | {"tags": {"again": "yes"}}).body
    assert (fresh["version"], fresh["created"], fresh["retired"]) == (4, True, None)


def test_a_retirement_of_nothing_or_for_no_reason_is_refused(registry: Registry) -> None:
    assert retire(registry.http, 9).code == "version_missing"
    assert registry.http.post("/agents/nobody/versions/1/retire", {"reason": "x", "by": "y"}).code == "not_found"
    refused = registry.http.post("/agents/referral-writer/versions/3/retire", {"reason": ""})
    assert {problem["field"] for problem in refused.body["problems"]} == {"reason", "by"}
