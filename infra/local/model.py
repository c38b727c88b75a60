"""The laptop's Bedrock: `python -m infra.local.model --port 4567` answers Converse calls on 127.0.0.1.

It writes, and judges drafts, from the prompt that it is given; with REFERRAL_MODEL_URL it asks a real model instead.
These model ids fail on purpose, whatever they are asked:

    local.timeout     answers after REFERRAL_MODEL_HANG_SECONDS, 300 otherwise
    local.throttle    ThrottlingException
    local.flaky       ThrottlingException for every second call
    local.refuse      a refusal instead of an answer
    local.half-json   an answer that ends in the middle
    local.slow        answers after REFERRAL_MODEL_SLOW_MS, 3000 otherwise

REFERRAL_MODEL_LATENCY_MS makes every answer take that long.
"""

import argparse
import json
import os
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import unquote

from infra.local import converse
from infra.local.converse import Invalid, Json, Request
from infra.local.forward import Failed, forwarded

_CONVERSE = re.compile(r"^/model/([^/]+)/converse$")
_STATUS = {
    "ValidationException": 400, "AccessDeniedException": 403, "ResourceNotFoundException": 404,
    "ModelTimeoutException": 408, "ModelErrorException": 424, "ThrottlingException": 429,
    "ServiceUnavailableException": 503,
}
_LARGEST = 20_000_000  # bytes of a request


class Flaky:
    """Throttles every second call, whoever makes it."""

    def __init__(self) -> None:
        self._calls = count()

    def __call__(self, asked: Request) -> Json:
        return _throttled(asked) if next(self._calls) % 2 else _given(asked)


def _throttled(asked: Request) -> Json:
    raise Failed("ThrottlingException", f"Too many requests, as {asked.model_id} is there for.")


def _late(variable: str, otherwise: float, unit: float) -> Callable[[Request], Json]:
    def answer(asked: Request) -> Json:
        time.sleep(float(os.environ.get(variable, otherwise)) * unit)
        return converse.answered(asked)

    return answer


_ON_PURPOSE: dict[str, Callable[[Request], Json]] = {
    "local.timeout": _late("REFERRAL_MODEL_HANG_SECONDS", 300, 1),
    "local.throttle": _throttled,
    "local.flaky": Flaky(),
    "local.refuse": converse.refused,
    "local.half-json": converse.half,
    "local.slow": _late("REFERRAL_MODEL_SLOW_MS", 3000, 0.001),
}


def answer(asked: Request) -> Json:
    """The answer to a request, with the milliseconds it took; raises Failed."""
    started = time.monotonic()
    time.sleep(float(os.environ.get("REFERRAL_MODEL_LATENCY_MS", 0)) / 1000)
    given = _ON_PURPOSE.get(asked.model_id, _given)(asked)
    return given | {"metrics": {"latencyMs": round((time.monotonic() - started) * 1000)}}


def _given(asked: Request) -> Json:
    url = os.environ.get("REFERRAL_MODEL_URL")
    return forwarded(asked, url) if url else converse.answered(asked)


class Handler(BaseHTTPRequestHandler):
    """Speaks what botocore's bedrock-runtime client understands; who signed a call is not looked at."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and body leave in one write

    def do_GET(self) -> None:
        if self.path == "/health":
            self._reply(200, {"status": "ok", "writes": os.environ.get("REFERRAL_MODEL_URL") or "the local writer"})
        else:
            self._refuse("ResourceNotFoundException", f"There is nothing at {self.path}.")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST))
        called = _CONVERSE.match(self.path)
        if not called:
            self._refuse("ResourceNotFoundException", f"The laptop's model answers Converse, not {self.path}.")
            return
        try:
            self._reply(200, answer(converse.request(unquote(called.group(1)), json.loads(body))))
        except (Invalid, ValueError, KeyError, TypeError) as error:
            self._refuse("ValidationException", f"No Converse request: {error}")
        except Failed as failure:
            self._refuse(failure.kind, str(failure))

    def _refuse(self, kind: str, message: str) -> None:
        self._reply(_STATUS[kind], {"message": message}, kind)

    def _reply(self, status: int, said: Json, error: str = "") -> None:
        body = json.dumps(said).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is written about a customer belongs in no log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    parser = argparse.ArgumentParser(description="A local endpoint for Amazon Bedrock's Converse API.")
    parser.add_argument("--port", type=int, default=4567)
    with Server(("127.0.0.1", parser.parse_args().port), Handler) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
