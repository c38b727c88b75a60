"""The console on this machine: its files with their headers, and behind /api the services' own resolvers over stores in memory."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from infra.accounts import ROOT
from infra.console import headers
from shared.access import REVIEWERS, ROUTES
from tests.harness.http import event

SITE = ROOT / "infra" / "console" / "site"
CONFIG = b'{"account": "local", "sign_in": "laptop"}'
FAR = 4_000_000_000  # seconds, when tokens end
Service = Callable[[dict[str, Any]], dict[str, Any]]  # an API Gateway event in, its answer out


class Asked(NamedTuple):
    """A call of an API that has been answered."""

    method: str
    path: str
    body: Any
    status: int


def token(person: str, *groups: str) -> str:
    """What the address of a laptop's console carries, of a reviewer unless it says more; nobody looks at its signature here."""
    said = json.dumps({"username": person, "cognito:groups": groups or [REVIEWERS], "exp": FAR})
    return f"x.{base64.urlsafe_b64encode(said.encode()).decode().rstrip('=')}.x"


def claims_of(bearer: str) -> dict[str, str]:
    """As API Gateway hands them on."""
    part = bearer.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return {"username": said["username"], "cognito:groups": f"[{' '.join(said['cognito:groups'])}]"}


class Edge:
    """Serves the console; ``services`` answer by the first part of the path."""

    def __init__(self, **services: Service) -> None:
        self.services = services
        self.asked: list[Asked] = []
        self.url = ""
        self.one_at_a_time = Condition()

    @contextmanager
    def open(self) -> Iterator["Edge"]:
        server = _Server(("127.0.0.1", 0), partial(_Handler, self))
        self.url = f"http://127.0.0.1:{server.server_port}/"
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def heard(self, verb: str) -> None:
        """Wait until a command was answered; what a page says while it is left, no window waits for."""
        with self.one_at_a_time:
            assert self.one_at_a_time.wait_for(lambda: verb in [said for said, _ in self.commands()], 5), f"nobody asked to {verb}"

    def commands(self) -> list[tuple[str, Any]]:
        """The decisions and edits that were asked for: the verb, and what was said."""
        posted = [(asked.path.rpartition("/")[2], asked.body) for asked in self.asked if asked.method == "POST"]
        return [(verb, body) for verb, body in posted if verb != "open"]

    def answer(self, method: str, address: str, body: Any, claims: dict[str, str]) -> dict[str, Any]:
        path, query = urlsplit(address).path.removeprefix("/api"), dict(parse_qsl(urlsplit(address).query))
        with self.one_at_a_time:
            answered = self.services[path.split("/")[1]](_gateway(method, path, query, body, claims))
            self.asked.append(Asked(method, path, body and json.loads(body), int(answered["statusCode"])))
            self.one_at_a_time.notify_all()
        return answered


def _gateway(method: str, path: str, query: dict[str, str], body: Any, claims: dict[str, str]) -> dict[str, Any]:
    """The event as API Gateway hands it on, with the claims of a token that it verified."""
    made = event(method, path, body, query)
    made["routeKey"] = next((key for key in ROUTES if _fits(key, f"{method} {path}")), "$default")
    made["requestContext"] |= {"apiId": "console", "authorizer": {"jwt": {"claims": claims, "scopes": None}}}
    return made


def _fits(key: str, asked: str) -> bool:
    pattern, parts = key.split("/"), asked.split("/")
    return len(pattern) == len(parts) and all(
        one == other or (one.startswith("{") and other) for one, other in zip(pattern, parts, strict=True)
    )


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # a page loads all its modules at once


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, edge: Edge, *args: Any) -> None:
        self.edge = edge
        super().__init__(*args, directory=str(SITE))

    def do_GET(self) -> None:
        if self.path.startswith("/api/"):
            self._api("GET")
        elif self.path == "/config.json":
            self._send(200, CONFIG, "application/json")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self._api("POST")

    def _api(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode() or None
        answered = self.edge.answer(method, self.path, body, claims_of(self.headers["authorization"]))
        self._send(int(answered["statusCode"]), answered["body"].encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        for name, value in _headers().items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@cache
def _headers() -> dict[str, str]:
    """Those of the template, without which much of what is forbidden would work here."""
    given = headers.given("'self'")["page"]
    return {name: value for name, value in given.items() if name != "Strict-Transport-Security"}
