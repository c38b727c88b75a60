"""Ask a service: its API function is invoked with the event that an HTTP API would hand it."""

import base64
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from infra.cli.say import Problem
from infra.cli.session import Account


class Refused(Problem):
    """A service says no; its message says what to do, and its code why."""

    def __init__(self, message: str, code: str | None) -> None:
        super().__init__(message)
        self.code = code


class Service:
    """The API of one service in one account."""

    def __init__(self, account: Account, function: str) -> None:
        self.account = account
        self.function = account.function(function)

    def get(self, *path: str, **query: object) -> Any:
        return self.ask("GET", path, query=query)

    def post(self, *path: str, **body: object) -> Any:
        return self.ask("POST", path, body=body)

    def put(self, *path: str, **body: object) -> Any:
        return self.ask("PUT", path, body=body)

    def ask(self, method: str, path: tuple[str, ...], query: dict[str, Any] | None = None, body: Any = None) -> Any:
        """What the service answers; raises Problem with its message where it refuses."""
        asked = self.account.client("lambda").invoke(
            FunctionName=self.function, Payload=json.dumps(event(method, path, query or {}, body)).encode(),
            **self.account.qualifier,
        )
        answer = json.loads(asked["Payload"].read())
        if asked.get("FunctionError"):
            raise Problem(f"{self.function} failed with {answer.get('errorType', 'an error')}: its log says where.")
        return self._said(answer)

    def _said(self, answer: dict[str, Any]) -> Any:
        text = answer.get("body") or "null"
        said = json.loads(base64.b64decode(text) if answer.get("isBase64Encoded") else text)
        if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
            raise Refused(advice(said, answer["statusCode"]), said.get("code") if isinstance(said, dict) else None)
        return said


def event(method: str, path: tuple[str, ...], query: dict[str, Any], body: Any = None) -> dict[str, Any]:
    """An event of an API Gateway HTTP API, payload format 2.0."""
    given = {name: str(value) for name, value in query.items() if value is not None}
    raw_path = "/" + "/".join(quote(part, safe="") for part in path)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw_path,
        "rawQueryString": urlencode(given),
        "queryStringParameters": given,
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": method, "path": raw_path}, "requestId": "referral", "stage": "$default"},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def advice(said: Any, status: int) -> str:
    """What a refusal says; a service's message names every problem at once."""
    message = said.get("message") if isinstance(said, dict) else None
    return str(message or f"The service answered {status} {HTTPStatus(status).phrase}.")
