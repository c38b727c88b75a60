"""A busy table: between a function and AWS stands who refuses writes, as DynamoDB does where too many come at once."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.local.laptop import Laptop

_THROUGH = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SQS")
_TYPE = "com.amazonaws.dynamodb.v20120810#"
_READ = {"__type": f"{_TYPE}ProvisionedThroughputExceededException", "message": "The table is busy."}


@contextmanager
def busy(laptop: Laptop, function: str, where: str = "") -> Iterator["Busy"]:
    """The table of a function takes no transaction that says ``where``, until the function gave a message back."""
    client, name = laptop.client("lambda"), f"referral-local-{function}"
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    with Busy(laptop.port, where.encode()) as between:
        told = variables | dict.fromkeys(_THROUGH, f"http://127.0.0.1:{between.server_port}")
        client.update_function_configuration(FunctionName=name, Environment={"Variables": told})
        threading.Thread(target=between.serve_forever, args=[0.05]).start()
        try:
            yield between
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
            between.shutdown()


class Busy(ThreadingHTTPServer):
    """What it refused, and how many messages came back for that."""

    daemon_threads = True

    def __init__(self, port: int, where: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Between)
        self.beyond, self.where = f"http://127.0.0.1:{port}", where
        self.reads = self.writes = self.given_back = 0

    def refusal(self, operation: str, body: bytes) -> dict[str, Any] | None:
        """A read is refused once, which the client repeats; a transaction is cancelled, which it doesn't."""
        self.given_back += operation == "ChangeMessageVisibility"
        if operation == "BatchGetItem" and not self.reads:
            self.reads += 1
            return _READ
        if operation == "TransactWriteItems" and not self.given_back and self.where in body:
            self.writes += 1
            return _cancelled(len(json.loads(body)["TransactItems"]))
        return None


def _cancelled(actions: int) -> dict[str, Any]:
    reasons = [{"Code": "ThrottlingError", "Message": "Throughput exceeds the current capacity of your table."}]
    reasons += [{"Code": "None"}] * (actions - 1)
    return {"__type": f"{_TYPE}TransactionCanceledException", "Message": "Transaction cancelled", "CancellationReasons": reasons}


class _Between(BaseHTTPRequestHandler):
    server: Busy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        refused = self.server.refusal(self.headers["X-Amz-Target"].rpartition(".")[2], body)
        self._say(*((400, json.dumps(refused).encode()) if refused else self._asked(body)))

    def _asked(self, body: bytes) -> tuple[int, bytes]:
        """What AWS says; the host stays as it was signed."""
        request = urllib.request.Request(self.server.beyond + self.path, body, dict(self.headers))
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what a call holds belongs in no log."""
