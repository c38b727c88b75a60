"""Looking a version up in the registry's table, nothing cached, against one bare GetItem.

Both go over HTTP to a process of this machine that answers at once: the network of a data centre comes on top of both alike.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Pipe, Process
from typing import Any

from benchmarks.measure import ENVIRONMENT, Figure, interleaved, seconds
from services.registry import rows, table
from services.registry.version import Version
from shared import aws
from shared.store import DynamoStore
from shared.wire import to_wire

_ROUNDS, _LOOKUPS = 301, 5
_TABLE, _AGENT = "referral-bench-AgentRegistry", "referral-writer"
_KNOWN = Version(7, "f" * 64, "eu.example.writer-v1:0", "ae-1", "Shorter subject", datetime(2026, 11, 20, tzinfo=UTC))


def figures() -> list[Figure]:
    os.environ.update(ENVIRONMENT)
    asked: list[str] = []
    with _answering() as place:
        ours, bare = _client(place, asked), _client(place, asked)
        aws.client = lambda name: ours  # type: ignore[assignment]  # in this process AWS is that place
        store = DynamoStore(_TABLE)
        times = interleaved({"ours": _over(lambda: _ours(store)), "bare": _over(lambda: _bare(bare))}, _ROUNDS)
    if asked.count("GetItem") != _ROUNDS * _LOOKUPS or len(asked) != 2 * _ROUNDS * _LOOKUPS:
        raise AssertionError(f"{len(asked)} calls: not the same work")
    return [
        Figure("look-up of a version / one GetItem", times["ours"] / times["bare"], "x", 1.2),
        Figure("look-up of a version, answered at once", times["ours"] / _LOOKUPS * 1000, "ms"),
    ]


def _client(place: str, asked: list[str]) -> Any:
    """A client of botocore that writes down which operations it asked for."""
    import botocore.session

    client = botocore.session.get_session().create_client("dynamodb", endpoint_url=place)
    client.meta.events.register("before-call", lambda model, **_: asked.append(model.name))
    return client


def _ours(store: DynamoStore) -> None:
    if table.find_version(store, _AGENT, 7) != _KNOWN:
        raise AssertionError("another version")


def _bare(client: Any) -> None:
    pk, sk = table.version_key(_AGENT, 7)
    found = client.get_item(TableName=_TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True)
    if found["Item"]["version"] != {"N": "7"}:
        raise AssertionError("another version")


def _over(work: Callable[[], None]) -> Callable[[], float]:
    def all_of_them() -> None:
        for _ in range(_LOOKUPS):
            work()

    return lambda: seconds(all_of_them)


def _answers() -> dict[str, bytes]:
    """What DynamoDB would answer for the version, by operation."""
    pk, sk = table.version_key(_AGENT, 7)
    item = to_wire({"pk": pk, "sk": sk, "rev": 1, **rows.of_version(_KNOWN)})
    bodies = {"GetItem": {"Item": item}, "BatchGetItem": {"Responses": {_TABLE: [item]}, "UnprocessedKeys": {}}}
    return {operation: json.dumps(body).encode() for operation, body in bodies.items()}


@contextmanager
def _answering() -> Iterator[str]:
    """The address of a process that answers as DynamoDB would."""
    heard, told = Pipe(duplex=False)
    process = Process(target=_serve, args=(told, _answers()), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{heard.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Any, answers: dict[str, bytes]) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # the connection stays open
        wbufsize = -1  # headers and body leave together

        def do_POST(self) -> None:  # the name that http.server gave it
            self.rfile.read(int(self.headers["Content-Length"]))
            body = answers[self.headers["X-Amz-Target"].split(".")[-1]]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()
