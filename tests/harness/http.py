"""A service's API in a test: HTTP events in, answers out, over a store in memory."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shared.api import Api
from tests.harness.memory import MemoryStore


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """Why it was refused."""
        return self.body["code"]


class Http:
    """Calls one service's API; hand in a room's store to look at what its reactions wrote."""

    def __init__(self, app: Api, store: MemoryStore | None = None) -> None:
        self.app = app
        self.store = store or MemoryStore()

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any = None) -> Answer:
        return self.call("PUT", path, body)

    def call(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Answer:
        self.app.append_context(store=self.store)
        answer = self.app.resolve(event(method, path, body, query), None)
        return Answer(int(answer["statusCode"]), json.loads(answer["body"]))


def event(method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> dict[str, Any]:
    """An API Gateway HTTP event (payload 2.0), as the ``referral`` command sends it; a text body goes as it is."""
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "queryStringParameters": {name: str(value) for name, value in (query or {}).items()},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def encoded(part: str) -> str:
    """One part of a path, percent-encoded."""
    return quote(part, safe="")
