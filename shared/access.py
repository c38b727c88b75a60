"""Who may call which route, where a person signed in; machines invoke the functions themselves, and IAM decides.

A call that comes through API Gateway names its route and the claims of a token that the gateway has verified. What is
not in this table nobody may call that way.
"""

import base64
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from shared.refusal import Refusal

REVIEWERS, OPERATORS = "reviewers", "operators"
_SIGNATURES = ("username", "cognito:username")  # where an access token and an id token name the person
Event = dict[str, Any]


class Right(NamedTuple):
    """Which groups may call a route, and the field of its body in which the service is told who it was."""

    groups: tuple[str, ...] = (OPERATORS,)
    signs: str = ""


_REVIEWS = Right((REVIEWERS, OPERATORS))
_DECIDES = Right((REVIEWERS, OPERATORS), signs="reviewer")
_ORDERS = Right(signs="by")
ROUTES: dict[str, Right] = {
    "GET /drafts": _REVIEWS,
    "GET /drafts/{referral_id}": _REVIEWS,
    "GET /drafts/{referral_id}/similar": _REVIEWS,
    "POST /drafts/{referral_id}/open": _DECIDES,
    "POST /drafts/{referral_id}/approve": _DECIDES,
    "POST /drafts/{referral_id}/reject": _DECIDES,
    "POST /drafts/{referral_id}/edit": _DECIDES,
    "POST /drafts/{referral_id}/retry": Right(),
    "POST /drafts/{referral_id}/settle": Right(signs="reviewer"),
    "GET /agents": Right(),
    "GET /agents/{name}": Right(),
    "GET /agents/{name}/versions/{number}": Right(),
    "GET /agents/{name}/versions/{number}/diff/{other}": Right(),
    "GET /agents/{name}/versions/{number}/performance": Right(),
    "GET /agents/{name}/versions/{number}/evaluations": Right(),
    "GET /agents/{name}/aliases/{alias}/history": Right(),
    "GET /evaluations": Right(),
    "GET /evaluations/{evaluation_id}": Right(),
    "GET /evaluations/{evaluation_id}/report": Right(),
    "GET /rollouts": Right(),
    "GET /rollouts/{rollout_id}": Right(),
    "POST /rollouts/{rollout_id}/hold": _ORDERS,
    "POST /rollouts/{rollout_id}/resume": _ORDERS,
    "POST /rollouts/{rollout_id}/rollback": _ORDERS,
    "GET /customers/{customer_id}/features": Right(),
    "GET /customers/{customer_id}/features/versions": Right(),
    "GET /stories/{correlation_id}": Right(),
    "GET /funnel": Right(),
    "GET /figures": Right(),
    "GET /quarantine": Right(),
    "GET /quarantine/{quarantine_id}": Right(),
}


class NotAllowed(Refusal):
    """Whoever signed in may not do this."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, HTTPStatus.FORBIDDEN)


def signed(event: Event) -> Event:
    """The call as the service is to see it, in the name of whoever signed in; raises NotAllowed."""
    context = event.get("requestContext", {})
    if "apiId" not in context:
        return event
    claims, route = _claims(context), event.get("routeKey", "")
    person, right = _person(claims), ROUTES.get(route)
    if not right:
        raise NotAllowed("not_offered", f"{route} is not offered to people: use the `referral` command.")
    if not set(right.groups) & _groups(claims):
        wanted = " or ".join(right.groups)
        raise NotAllowed("wrong_group", f"This is for {wanted}: have `referral console users add {person} --group` put you there.")
    return event | _in_the_name_of(person, right.signs, event) if right.signs else event


def _claims(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the token says; a route of the gateway that asks for none is a mistake of ours, and lets nobody in."""
    claims = context.get("authorizer", {}).get("jwt", {}).get("claims")
    if not claims:
        raise NotAllowed("not_signed_in", "Nobody is signed in: open the console's address and sign in.")
    return claims


def _person(claims: Mapping[str, Any]) -> str:
    return next((str(claims[name]) for name in _SIGNATURES if claims.get(name)), "")


def _groups(claims: Mapping[str, Any]) -> set[str]:
    """API Gateway hands on a list as text in brackets."""
    return set(str(claims.get("cognito:groups", "")).strip("[]").replace(",", " ").split())


def _in_the_name_of(person: str, field: str, event: Event) -> Event:
    body = _object(event)
    if body is None:
        return {}  # the service says what is wrong with it
    if body.setdefault(field, person) != person:
        raise NotAllowed("not_you", f"{field} is who is signed in: leave it out, or sign in as somebody else.")
    return {"body": json.dumps(body), "isBase64Encoded": False}


def _object(event: Event) -> dict[str, Any] | None:
    """The body as an object, an empty one where there is none; None for anything else."""
    text = event.get("body") or "{}"
    try:
        body = json.loads(base64.b64decode(text) if event.get("isBase64Encoded") else text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
