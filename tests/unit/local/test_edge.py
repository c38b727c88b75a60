"""The laptop's CloudFront: files with the headers of the template, and nothing outside of the page's folder."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra.console import headers
from infra.console.publish import SITE, config, kind
from infra.local import cloud, edge

MADE = {"Client": "abc", "SignInDomain": "https://sign-in.example.com"}
SETTINGS = {"name": "local", "sign_in": "laptop", "region": "eu-west-1"}


class Gateway(BaseHTTPRequestHandler):
    """API Gateway, which says what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        token, cookie = self.headers["Authorization"], self.headers["Cookie"]
        said = json.dumps({"path": self.path, "token": token, "cookie": cookie, "body": body}).encode()
        self.send_response(409)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Inside", "secret")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def gateway() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def laptop(tmp_path: Path, gateway: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop on which the console is deployed."""
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    monkeypatch.setenv("REFERRAL_PORT", str(gateway))
    cloud.home().mkdir(parents=True)
    edge.remember("api1", config(SETTINGS, MADE), headers.given(MADE["SignInDomain"]))


def asked(target: str) -> edge.Answer:
    answer = edge.answer("GET", target, {}, b"")
    assert answer
    return answer


def test_before_the_console_is_deployed_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    assert edge.answer("GET", "/", {}, b"") is None


def test_the_page_has_the_headers_that_the_template_names(laptop: None) -> None:
    given = asked("/session.js?x=1")
    assert (given.status, given.body) == (200, (SITE / "session.js").read_bytes())
    policy = given.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self' https://sign-in.example.com;" in policy
    assert "unsafe" not in policy
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Referrer-Policy"] == "no-referrer"
    assert "max-age=63072000" in given.headers["Strict-Transport-Security"]


def test_the_page_is_told_what_it_belongs_to(laptop: None) -> None:
    told = json.loads(asked("/config.json").body)
    assert told == {
        "account": "local", "sign_in": "laptop", "region": "eu-west-1", "client_id": "abc", "domain": MADE["SignInDomain"],
    }


@pytest.mark.parametrize("target", [
    "/../template.yaml", "/%2e%2e/template.yaml", "/js/../../template.yaml", "/nothing.js", "//etc/hostname", "/js",
])
def test_what_is_not_of_the_page_is_not_given(laptop: None, target: str) -> None:
    assert asked(target).status == 404


def test_a_call_goes_to_the_api_as_it_is_and_nothing_of_it_is_kept(laptop: None) -> None:
    told = {"Authorization": "Bearer t", "Content-Type": "application/json", "Cookie": "c=1"}
    given = edge.answer("POST", "/api/drafts/r-1/approve?a=%2F", told, b'{"a": 1}')
    assert given and given.status == 409
    assert json.loads(given.body) == {
        "path": "/_aws/execute-api/api1/api/drafts/r-1/approve?a=%2F", "token": "Bearer t", "cookie": None, "body": '{"a": 1}',
    }
    assert given.headers["Cache-Control"] == "no-store"
    assert "X-Inside" not in given.headers


def test_every_kind_of_file_is_named() -> None:
    assert kind("a.js") == "text/javascript; charset=utf-8"
    assert kind("a.css") == "text/css; charset=utf-8"
    assert kind("a.html") == "text/html; charset=utf-8"
    assert (kind("a.svg"), kind("a.unknown")) == ("image/svg+xml", "application/octet-stream")
