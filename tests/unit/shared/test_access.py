"""Who may call what, when a person who signed in calls through API Gateway."""

import base64
import json
from typing import Any

import pytest
from pydantic import BaseModel

from shared.access import OPERATORS, REVIEWERS, ROUTES
from shared.api import Api
from tests.harness.http import event

APPROVE = "POST /drafts/{referral_id}/approve"
ROLL_BACK = "POST /rollouts/{rollout_id}/rollback"


class Approval(BaseModel):
    content_hash: str
    reviewer: str


@pytest.fixture
def app() -> Api:
    made = Api("desk")

    @made.post("/drafts/<referral_id>/approve")
    def approve(referral_id: str, asked: Approval) -> dict[str, Any]:
        return {"referral_id": referral_id, "by": asked.reviewer}

    @made.get("/drafts/<referral_id>")
    def show(referral_id: str) -> dict[str, Any]:
        return {"referral_id": referral_id}

    @made.get("/secret")
    def secret() -> dict[str, Any]:
        return {"a": "secret"}

    return made


def through_gateway(route: str, body: Any = None, **claims: str) -> dict[str, Any]:
    """What API Gateway hands to the function, with the stage at the beginning of the path."""
    method, path = route.split(" ")
    asked = event(method, f"/api{path.replace('{referral_id}', 'r-1')}", body)
    context = {
        "apiId": "abc", "stage": "api", "http": {"method": method, "path": asked["rawPath"]},
        **({"authorizer": {"jwt": {"claims": claims, "scopes": []}}} if claims else {}),
    }
    return asked | {"routeKey": route, "requestContext": context}


def signed_in(name: str = "robin", groups: str = "[reviewers]") -> dict[str, str]:
    return {"username": name, "cognito:groups": groups, "sub": "x"}


def answered(app: Api, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = app.resolve(asked, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_the_reviewer_is_whoever_signed_in(app: Api) -> None:
    asked = through_gateway(APPROVE, {"content_hash": "h"}, **signed_in())
    assert answered(app, asked) == (200, {"referral_id": "r-1", "by": "robin"})


def test_an_id_token_names_the_person_too(app: Api) -> None:
    claims = {"cognito:username": "robin", "cognito:groups": "[reviewers]"}
    asked = through_gateway(APPROVE, {"content_hash": "h"}, **claims)
    assert answered(app, asked)[1]["by"] == "robin"


def test_nobody_decides_in_the_name_of_another(app: Api) -> None:
    asked = through_gateway(APPROVE, {"content_hash": "h", "reviewer": "kim"}, **signed_in())
    status, said = answered(app, asked)
    assert (status, said["code"]) == (403, "not_you")
    assert "leave it out" in said["message"]


def test_a_body_in_base64_is_read_too(app: Api) -> None:
    asked = through_gateway(APPROVE, json.dumps({"content_hash": "h", "reviewer": "kim"}), **signed_in())
    hidden = asked | {"body": base64.b64encode(asked["body"].encode()).decode(), "isBase64Encoded": True}
    assert answered(app, hidden)[1]["code"] == "not_you"


@pytest.mark.parametrize("body", ["no json", "[1]", '"text"'])
def test_a_body_that_is_no_object_is_refused_by_the_service(app: Api, body: str) -> None:
    assert answered(app, through_gateway(APPROVE, body, **signed_in()))[0] == 422


def test_a_machine_that_invokes_the_function_names_the_reviewer_itself(app: Api) -> None:
    asked = event("POST", "/drafts/r-1/approve", {"content_hash": "h", "reviewer": "kim"})
    assert answered(app, asked)[1]["by"] == "kim"


def test_what_is_in_no_table_is_refused(app: Api) -> None:
    status, said = answered(app, through_gateway("GET /secret", **signed_in(groups="[operators]")))
    assert (status, said["code"]) == (403, "not_offered")


def test_a_route_of_the_gateway_that_asks_for_no_token_lets_nobody_in(app: Api) -> None:
    status, said = answered(app, through_gateway("GET /drafts/{referral_id}"))
    assert (status, said["code"]) == (403, "not_signed_in")


@pytest.mark.parametrize("groups", ["", "[]", "[reviewer]", "[others]"])
def test_whoever_is_in_no_group_sees_nothing_and_is_told_how_to_get_in(app: Api, groups: str) -> None:
    status, said = answered(app, through_gateway("GET /drafts/{referral_id}", **signed_in(groups=groups)))
    assert (status, said["code"]) == (403, "wrong_group")
    assert "referral console users add robin" in said["message"]


@pytest.mark.parametrize("groups", ["[reviewers operators]", "[operators]", "operators"])
def test_an_operator_reviews_too(app: Api, groups: str) -> None:
    assert answered(app, through_gateway("GET /drafts/{referral_id}", **signed_in(groups=groups)))[0] == 200


def test_reviewers_read_and_decide_drafts_and_nothing_else() -> None:
    theirs = {route for route, right in ROUTES.items() if REVIEWERS in right.groups}
    assert {route.split("/")[1] for route in theirs} == {"drafts"}
    assert not {route for route in theirs if route.endswith(("/retry", "/settle"))}
    assert all(OPERATORS in right.groups for right in ROUTES.values())


def test_every_command_is_signed_with_who_gave_it() -> None:
    unsigned = {route for route, right in ROUTES.items() if route.startswith("POST") and not right.signs}
    assert unsigned == {"POST /drafts/{referral_id}/retry"}, "a repeated try names nobody"
    assert ROUTES[ROLL_BACK].signs == "by"
