"""An account for tests: services in this process, and a bus that remembers what was put on it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from typer.testing import CliRunner, Result

from infra.cli.main import app
from infra.cli.session import Account
from tests.harness.http import Http


class Functions:
    """lambda:Invoke, answered by the APIs of services under the names of their functions."""

    def __init__(self, **apis: Http) -> None:
        self.apis = apis

    def invoke(self, FunctionName: str, Payload: bytes, Qualifier: str = "") -> dict[str, Any]:
        api = self.apis[FunctionName.split("-", 2)[2]]
        api.app.append_context(store=api.store, desk=getattr(api, "desk", None))
        answer = api.app.resolve(json.loads(Payload), None)
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


class Bus:
    """PutEvents: takes what ``codes`` does not name by its place in the call."""

    def __init__(self, codes: Callable[[dict[str, Any]], str | None] = lambda entry: None) -> None:
        self.codes = codes
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.calls.append(Entries)
        return {"Entries": [{"ErrorCode": code} if (code := self.codes(entry)) else {} for entry in Entries]}

    @property
    def details(self) -> list[dict[str, Any]]:
        return [json.loads(entry["Detail"]) for call in self.calls for entry in call]


@dataclass(frozen=True)
class Laptop(Account):
    """The local account with these clients; by whom a call is made does not matter here."""

    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.clients[service]

    def upstream_events(self) -> Any:
        return self.clients["events"]


def laptop(bus: Bus | None = None, **apis: Http) -> Laptop:
    return Laptop(clients={"lambda": Functions(**apis), "events": bus or Bus()})


def referral(*arguments: str, account: Account | None = None, **options: Any) -> Result:
    """Run the command as a user would."""
    return CliRunner().invoke(app, list(arguments), obj=account, **options)


def told(*arguments: str, account: Account | None = None, **options: Any) -> Any:
    """What a command answers to a machine."""
    return said(referral(*arguments, "--json", account=account, **options))


def said(result: Result) -> Any:
    """The JSON on stdout of a command that went well."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
