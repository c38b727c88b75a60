"""The laptop's Bedrock: `python -m infra.local.model --port 4567` answers Converse and Retrieve on 127.0.0.1.

What a model answers says answering.py, what the knowledge base answers knowledge.py. Everything else is the console's: edge.py.
"""

import argparse
import json
import os
import re
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from infra.local import answering, edge, knowledge
from infra.local.converse import Invalid, Json
from infra.local.forward import Failed

_STATUS = {
    "ValidationException": 400, "AccessDeniedException": 403, "ResourceNotFoundException": 404,
    "ModelTimeoutException": 408, "ModelErrorException": 424, "ThrottlingException": 429,
    "ServiceUnavailableException": 503,
}
_LARGEST = 20_000_000  # bytes of a request
_OPERATIONS: dict[str, Callable[[str, Any], Json]] = {
    r"/model/([^/]+)/converse": answering.conversed, r"/knowledgebases/([^/]+)/retrieve": knowledge.retrieved,
}


def operation(path: str) -> Callable[[Any], Json] | None:
    """What answers the body of a call to this path."""
    for pattern, work in _OPERATIONS.items():
        if named := re.fullmatch(pattern, path):
            return partial(work, unquote(named[1]))
    return None


class Handler(BaseHTTPRequestHandler):
    """Speaks what botocore's Bedrock clients understand; who signed a call is not looked at."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and body leave in one write

    def do_GET(self) -> None:
        if self.path == "/health":
            self._reply(200, {"status": "ok", "writes": os.environ.get("REFERRAL_MODEL_URL") or "the local writer"})
        else:
            self._as_edge(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST))
        work = operation(self.path)
        if not work:
            self._as_edge(body)
            return
        try:
            self._reply(200, work(json.loads(body)))
        except (Invalid, ValueError, KeyError, TypeError) as error:
            self._refuse("ValidationException", f"No such request: {error}")
        except Failed as failure:
            self._refuse(failure.kind, str(failure))

    def _as_edge(self, body: bytes) -> None:
        given = edge.answer(self.command, self.path, dict(self.headers), body)
        if not given:
            self._refuse("ResourceNotFoundException", f"There is nothing at {self.path}.")
            return
        self._send(given.status, given.headers, given.body)

    def _refuse(self, kind: str, message: str) -> None:
        self._reply(_STATUS[kind], {"message": message}, kind)

    def _reply(self, status: int, said: Json, error: str = "") -> None:
        headers = {"Content-Type": "application/json"} | ({"x-amzn-ErrorType": error} if error else {})
        self._send(status, headers, json.dumps(said).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is written about a customer belongs in no log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    parser = argparse.ArgumentParser(description="A local endpoint for Amazon Bedrock.")
    parser.add_argument("--port", type=int, default=4567)
    with Server(("127.0.0.1", parser.parse_args().port), Handler) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
