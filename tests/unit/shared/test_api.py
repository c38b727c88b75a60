"""A service's API says what is wrong, in one form, and leaks nothing into the log."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from shared.api import Api, Refusal
from shared.unit import TooLarge, Unit
from tests.harness.http import Http, encoded


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = Field(ge=1)
    colour: str


@pytest.fixture
def http() -> Http:
    app = Api("shop")

    @app.get("/shelves/<shelf>/things/<thing>")
    def show(shelf: str, thing: str, limit: int = 5) -> dict[str, Any]:
        return {"shelf": shelf, "thing": thing, "limit": limit}

    @app.post("/orders")
    def order(order: Order) -> dict[str, Any]:
        if order.colour == "secret":
            raise ValueError("Dana Example wants it secret")
        if order.colour == "large":
            raise TooLarge("the order is over 3 bytes")
        app.command(lambda unit: mix(unit, order), correlation="paint")
        return {"size": order.size}

    def mix(unit: Unit, order: Order) -> None:
        if unit.item(("COLOUR", order.colour)):
            raise Refusal("mixed_already", "This colour is mixed already: take it.")
        unit.put(("COLOUR", order.colour), {"size": order.size})

    return Http(app)


@pytest.mark.parametrize("name", ["plain", "a/b", "with space", "100%", "100%25", "Zoë 木", "a+b&c=d", 'q"?#;', "..", "e@x.com"])
def test_any_name_can_stand_in_a_path_once_it_is_percent_encoded(http: Http, name: str) -> None:
    answer = http.get(f"/shelves/{encoded(name)}/things/{encoded('/' + name)}")
    assert (answer.status, answer.body["shelf"], answer.body["thing"]) == (200, name, "/" + name)


def test_every_problem_is_named_at_once_with_its_field(http: Http) -> None:
    answer = http.post("/orders", {"size": 0, "color": "red"})
    assert (answer.status, answer.code) == (422, "invalid")
    assert {problem["field"]: problem["problem"] for problem in answer.body["problems"]} == {
        "size": "Input should be greater than or equal to 1",
        "colour": "This is required.",
        "color": "There is no such field: look for a spelling mistake.",
    }
    assert "colour: This is required." in answer.body["message"]


@pytest.mark.parametrize("body", ["{nope", "", "[1]", "null", '"text"', None])
def test_a_body_that_is_no_object_is_named(http: Http, body: str | None) -> None:
    answer = http.post("/orders", body)
    assert (answer.status, answer.code) == (422, "invalid")
    assert [problem["field"] for problem in answer.body["problems"]] == ["body"]


def test_a_query_that_is_no_number_is_named(http: Http) -> None:
    answer = http.get("/shelves/a/things/b", limit="many")
    assert (answer.status, [problem["field"] for problem in answer.body["problems"]]) == (422, ["limit"])


def test_refusals_say_what_to_do(http: Http) -> None:
    http.post("/orders", {"size": 1, "colour": "red"})
    again = http.post("/orders", {"size": 1, "colour": "red"})
    assert (again.status, again.body) == (409, {"code": "mixed_already", "message": "This colour is mixed already: take it."})
    large = http.post("/orders", {"size": 1, "colour": "large"})
    assert (large.status, large.code) == (413, "too_large")
    nowhere = http.get("/nowhere")
    assert (nowhere.status, nowhere.code) == (404, "not_served")


def test_a_fault_of_our_own_is_logged_by_type_and_place_only(http: Http, capsys: pytest.CaptureFixture[str]) -> None:
    answer = http.post("/orders", {"size": 1, "colour": "secret"})
    logged = "".join(capsys.readouterr())
    said, counted = sorted(map(json.loads, logged.splitlines()), key=lambda line: "_aws" in line)
    assert (answer.status, answer.code) == (500, "internal")
    assert (said["error"], counted["RequestsFailed"]) == ("ValueError", [1.0])
    assert "Dana" not in logged and "Dana" not in json.dumps(answer.body)
