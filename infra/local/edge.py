"""The laptop's CloudFront: the console's files with the headers that its template names, and /api/* handed to API Gateway.

It answers inside the process of the local model, since a process of its own would cost more memory than it is worth.
"""

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from infra.console.publish import CONFIG, SITE, kind
from infra.local import bridge, cloud

_TIMEOUT_SECONDS = 30
_HANDED_ON = ("authorization", "content-type")
_HANDED_BACK = ("content-type", "apigw-requestid", "www-authenticate")
Headers = dict[str, str]


class Answer(NamedTuple):
    """What a browser gets."""

    status: int
    headers: Headers
    body: bytes


def remember(api: str, config: dict[str, Any], headers: dict[str, Headers]) -> None:
    """Keep what a deployment says: the API's id, what the page is told, and the headers of the page and of the API."""
    _kept().write_text(json.dumps({"api": api, "config": config, "headers": headers}))


def answer(method: str, target: str, headers: Headers, body: bytes) -> Answer | None:
    """What CloudFront would answer; None where no console is deployed."""
    try:
        known = json.loads(_kept().read_text())
    except OSError:
        return None
    if urlsplit(target).path.startswith("/api/"):
        given = _handed_on(f"{bridge.endpoint()}/_aws/execute-api/{known['api']}{target}", method, headers, body)
        return given._replace(headers=given.headers | known["headers"]["api"])
    given = _file(unquote(urlsplit(target).path).lstrip("/") or "index.html", known["config"])
    return given._replace(headers=given.headers | known["headers"]["page"])


def _file(name: str, config: dict[str, Any]) -> Answer:
    path = (SITE / name).resolve()
    if name == CONFIG:
        return _found(name, json.dumps(config).encode())
    if not path.is_relative_to(SITE) or not path.is_file():
        return Answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain"}, b"There is no such file.")
    return _found(name, path.read_bytes())


def _found(name: str, body: bytes) -> Answer:
    return Answer(HTTPStatus.OK, {"Content-Type": kind(name), "Cache-Control": "no-cache"}, body)


def _handed_on(url: str, method: str, headers: Headers, body: bytes) -> Answer:
    told = {name: value for name, value in headers.items() if name.lower() in _HANDED_ON}
    asked = urllib.request.Request(url, body or None, told, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as given:
            return _handed_back(given.status, given)
    except urllib.error.HTTPError as refused:
        return _handed_back(refused.code, refused)
    except OSError:
        return Answer(HTTPStatus.BAD_GATEWAY, {"Content-Type": "application/json"}, b'{"message": "API Gateway does not answer."}')


def _handed_back(status: int, given: Any) -> Answer:
    return Answer(status, {n: v for n, v in given.headers.items() if n.lower() in _HANDED_BACK}, given.read())


def _kept() -> Path:
    return cloud.home() / "console.json"
