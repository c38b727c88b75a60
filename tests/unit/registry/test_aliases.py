"""Aliases move by hand and by revision; every move is an event and stays known."""

from datetime import timedelta

import pytest

from services.registry.api import app
from shared.clock import now
from tests.harness.http import Http
from tests.harness.memory import Contended
from tests.unit.registry.story import announced, config, point, register

ALIAS = "/agents/referral-writer/aliases/production"


@pytest.fixture
def http() -> Http:
    http = Http(app, Contended())
    for prompt in ("one", "two", "three"):
        register(http, config(system_prompt=prompt))
    return http


def test_a_first_registration_puts_nothing_into_production(http: Http) -> None:
    missing = http.get(ALIAS)
    assert (missing.status, missing.code) == (404, "alias_missing")
    assert http.get("/agents").body == [{"agent": "referral-writer", "latest_version": 3, "aliases": {}}]


def test_an_alias_points_where_it_was_moved_and_says_so(http: Http) -> None:
    moved = point(http, 2, cause="the evaluation is better").body
    assert (moved["version"], moved["revision"], moved["from_version"], moved["moved"]) == (2, 1, None, True)
    assert moved["config_hash"] == http.get("/agents/referral-writer/versions/2").body["config_hash"]
    event = announced(http)[-1]
    assert (event["type"], event["source"]) == ("AliasMoved", "referral.registry")
    assert event["metadata"]["correlation_id"] == "agent-referral-writer"
    assert event["data"] == {
        "agent": "referral-writer", "alias": "production", "revision": 1, "from_version": None, "to_version": 2,
        "config_hash": moved["config_hash"], "cause": "the evaluation is better", "rollout_id": None,
    }
    assert http.get(ALIAS).body | {"moved": True} == moved


def test_an_alias_that_points_there_already_does_not_move(http: Http) -> None:
    point(http, 2)
    again = point(http, 2)
    assert (again.body["revision"], again.body["moved"]) == (1, False)
    assert [event["type"] for event in announced(http)].count("AliasMoved") == 1


def test_every_move_stays_known_and_any_time_has_its_answer(http: Http) -> None:
    moments = [now()]
    for version in (1, 3, 1):
        point(http, version, cause=f"to {version}")
        moments.append(now())
    rows = http.get(f"{ALIAS}/history").body
    assert [(row["revision"], row["from_version"], row["version"], row["cause"]) for row in rows] == [
        (3, 3, 1, "to 1"), (2, 1, 3, "to 3"), (1, None, 1, "to 1"),
    ]
    assert http.get(ALIAS, at=moments[0].isoformat()).code == "alias_missing"
    assert [http.get(ALIAS, at=moment.isoformat()).body["version"] for moment in moments[1:]] == [1, 3, 1]
    assert http.get(ALIAS, at=(now() + timedelta(days=1)).isoformat()).body == http.get(ALIAS).body


def test_a_short_history_still_says_where_each_move_came_from(http: Http) -> None:
    for version in (1, 2):
        point(http, version)
    [row] = http.get(f"{ALIAS}/history", limit=1).body
    assert (row["from_version"], row["version"]) == (1, 2)


def test_the_histories_of_two_aliases_are_apart(http: Http) -> None:
    point(http, 1)
    point(http, 2, alias="production-2")
    assert [row["version"] for row in http.get(f"{ALIAS}/history").body] == [1]
    assert http.get("/agents").body[0]["aliases"] == {"production": 1, "production-2": 2}


@pytest.mark.parametrize("version", [4, 999])
def test_an_alias_can_not_point_at_nothing(http: Http, version: int) -> None:
    answer = point(http, version)
    assert (answer.status, answer.code) == (404, "version_missing")
    assert http.get(ALIAS).code == "alias_missing"


def test_an_alias_of_nobody_is_not_found(http: Http) -> None:
    assert http.put("/agents/nobody/aliases/production", {"version": 1}).code == "not_found"
    assert http.get("/agents/nobody/aliases/production").code == "not_found"
    assert http.get("/agents/nobody/aliases/production/history").code == "not_found"
    assert http.get(f"{ALIAS}/history").body == []


def test_who_looked_at_an_older_revision_does_not_move_it(http: Http) -> None:
    assert point(http, 1, expected_revision=0).status == 200
    stale = point(http, 2, expected_revision=0)
    assert (stale.status, stale.code) == (409, "moved_meanwhile")
    assert "revision 1 (version 1)" in stale.body["message"]
    assert point(http, 2, expected_revision=1).body["revision"] == 2


def test_an_alias_that_is_expected_but_missing_does_not_move(http: Http) -> None:
    assert point(http, 1, expected_revision=3).code == "moved_meanwhile"


def test_two_people_who_move_at_once_make_two_moves_in_a_row(http: Http) -> None:
    http.store.meanwhile.append(lambda: point(Http(app, http.store), 1))
    assert point(http, 2).body["from_version"] == 1
    assert [row["revision"] for row in http.get(f"{ALIAS}/history").body] == [2, 1]


def test_of_two_people_who_expect_the_same_revision_one_moves(http: Http) -> None:
    http.store.meanwhile.append(lambda: point(Http(app, http.store), 1, expected_revision=0))
    assert point(http, 2, expected_revision=0).code == "moved_meanwhile"
    assert http.get(ALIAS).body["version"] == 1


def test_a_version_that_is_registered_while_an_alias_moves_is_not_lost(http: Http) -> None:
    http.store.meanwhile.append(lambda: register(Http(app, http.store), config(system_prompt="four")))
    point(http, 1)
    assert http.get("/agents").body == [{"agent": "referral-writer", "latest_version": 4, "aliases": {"production": 1}}]


def test_a_move_says_all_that_is_wrong_with_it(http: Http) -> None:
    answer = http.put("/agents/referral-writer/aliases/PROD", {"version": 0, "cause": "", "why": "x"})
    assert {problem["field"] for problem in answer.body["problems"]} == {"alias", "version", "cause", "why"}
