"""AWS in this process: the real handlers on what their templates make in moto.

What Lambda does between a queue or a stream and a function happens here step by step, and only when a story says so:
nothing runs by itself. Every call to AWS is written down with the function that made it.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel

from shared import secrets, settings
from tests.harness import poller, templates
from tests.harness.deployment import BUS, PLACE, Deployment, Function, client
from tests.harness.http import Answer, event
from tests.harness.quick import quick_moto

Message = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call to AWS and the function that made it."""

    function: str
    service: str
    operation: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run of a function: what it was handed, and what it called for that."""

    function: str
    said: dict[str, Any]
    calls: list[Call]


class Cloud:
    """One account with its bus; ``deploy`` makes what templates say."""

    def __init__(self) -> None:
        self.deployed = Deployment()
        self.calls: list[Call] = []
        self.runs: list[Run] = []
        self._running = ""
        self._read: Counter[str] = Counter()  # stream -> how many of its records were read
        self._failed: list[tuple[str, str]] = []  # queue and receipt of messages that come again
        self._witness = ""

    def open(self) -> "Cloud":
        """The bus, and a queue that hears everything."""
        client("events").create_event_bus(Name=BUS)
        self._witness = client("sqs").create_queue(QueueName="witness")["QueueUrl"]
        self.deployed.listen("witness", '{"source": [{"prefix": ""}]}', f"arn:aws:sqs:{PLACE}:witness")
        return self

    def deploy(self, *stacks: str) -> "Cloud":
        for stack in stacks:
            self.deployed.make(templates.template(stack), {"Bus": BUS, **templates.given()})
        return self

    def put(self, detail_type: str, detail: Any, source: str = "upstream.crm") -> None:
        """An event comes onto the bus, and into every mailbox that listens for it."""
        entry = {"EventBusName": BUS, "Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
        answer = client("events").put_events(Entries=[entry])
        assert not answer["FailedEntryCount"], answer

    def deliver(self, function: str) -> list[str]:
        """One batch from the function's mailbox; answers the ids of the messages that come again."""
        return self._batch(function) or []

    def relay(self, function: str) -> int:
        """What appeared in the stream since the last time goes to the relay; answers how many rows that were."""
        known = self.deployed.functions[function]
        fresh = [record for record in self._stream(known.stream) if _matches(known.filter, record)]
        if fresh:
            self.invoke(function, {"Records": fresh})
        return len(fresh)

    def settle(self) -> "Cloud":
        """Relays and mailboxes take turns until all is quiet; what failed waits for its time."""
        due = list(self.deployed.functions.values())
        while due:
            known = due.pop(0)
            if self._step(known):
                due += [one for one in (known, *self._stirred_by(known)) if one not in due]
        return self

    def later(self) -> "Cloud":
        """So much time passes that what failed comes again."""
        for queue, receipt in self._failed:
            client("sqs").change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)
        self._failed.clear()
        return self.settle()

    def waiting(self, function: str) -> int:
        """How many messages are in a mailbox, those included that wait for their time."""
        return self._size(self.deployed.functions[function].queue)

    def dead(self, function: str) -> int:
        """How many messages of a mailbox could not be handled."""
        return self._size(f"{self.deployed.functions[function].queue}-dead-letters")

    def parked(self, relay: str) -> list[str]:
        """Why the bus refused what a relay parked."""
        mail = self._receive(self.deployed.functions[relay].environment["UNDELIVERABLE_URL"])
        return [json.loads(message["Body"])["reason"] for message in mail]

    def call(self, function: str, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """What an API answers."""
        answer = self.invoke(function, event(method, path, body, query))
        return Answer(int(answer["statusCode"]), json.loads(answer["body"]))

    def invoke(self, function: str, said: dict[str, Any]) -> Any:
        """Run the real handler with the environment that its template gives it."""
        known = self.deployed.functions[function]
        with _environment(known.environment):
            self._running, before = function, len(self.calls)
            try:
                return known.handler(said, None)
            finally:
                self._running = ""
                self.runs.append(Run(function, said, self.calls[before:]))

    def heard(self) -> list[dict[str, Any]]:
        """Every event that came over the bus since this was last asked, in EventBridge's envelope."""
        said: list[dict[str, Any]] = []
        while mail := self._receive(self._witness):
            said += [json.loads(message["Body"]) for message in mail]
            self._delete(self._witness, mail)
        return said

    def items(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in wire form."""
        return client("dynamodb").scan(TableName=self.deployed.tables[table])["Items"]

    def write_down(self, params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        if self._running:
            self.calls.append(Call(self._running, model.service_model.service_name, model.name, dict(params)))

    def _step(self, known: Function) -> bool:
        """Whether there was something to do for this function."""
        if known.stream:
            return self.relay(known.name) > 0
        return bool(known.queue) and self._batch(known.name) is not None

    def _stirred_by(self, known: Function) -> list[Function]:
        """Who may have something to do after this one: mailboxes after a relay, else the relay of the same table."""
        others = self.deployed.functions.values()
        table = known.environment.get("TABLE_NAME", "")
        return [one for one in others if (one.queue if known.stream else f"table/{table}/" in one.stream)]

    def _batch(self, function: str) -> list[str] | None:
        known = self.deployed.functions[function]
        mail = self._receive(known.queue, known.batch)
        if not mail:
            return None
        answer = self.invoke(function, {"Records": [_record(message) for message in mail]})
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        again = [message for message in mail if message["MessageId"] in failed]
        self._failed += [(known.queue, message["ReceiptHandle"]) for message in again]
        self._delete(known.queue, [message for message in mail if message not in again])
        return failed

    def _stream(self, arn: str) -> list[dict[str, Any]]:
        """What appeared in a stream since the last time."""
        fresh = poller.records(arn, self._read[arn])
        self._read[arn] += len(fresh)
        return fresh

    def _size(self, queue: str) -> int:
        known = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return sum(int(known[f"ApproximateNumberOfMessages{which}"]) for which in ("", "NotVisible"))

    def _receive(self, queue: str, most: int = 10) -> list[Message]:
        if not poller.has_mail(queue):
            return []
        answer = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=most, AttributeNames=["All"])
        return answer.get("Messages", [])

    def _delete(self, queue: str, messages: list[Message]) -> None:
        done = [{"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]} for message in messages]
        if done:
            client("sqs").delete_message_batch(QueueUrl=queue, Entries=done)


@contextmanager
def cloud() -> Iterator[Cloud]:
    """An empty account in which every client of this process finds itself."""
    with quick_moto():
        _open.append(Cloud())
        try:
            yield _open[-1].open()
        finally:
            _open.pop()


def _write_down(**told: Any) -> None:
    for one in _open:
        one.write_down(**told)


_open: list[Cloud] = []
BUILTIN_HANDLERS.append(("before-parameter-build", _write_down))  # every session that is made from now on tells it


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    settings.settings.cache_clear()
    secrets.secret.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.settings.cache_clear()
        secrets.secret.cache_clear()


def _record(message: Message) -> dict[str, Any]:
    """A message as Lambda hands it over."""
    return {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": message["Attributes"], "eventSource": "aws:sqs",
    }


def _matches(pattern: dict[str, Any], told: Any) -> bool:
    """Whether an event-source filter of exact values lets a record through."""
    return all(
        _matches(wanted, told.get(name, {})) if isinstance(wanted, dict) else told.get(name) in wanted
        for name, wanted in pattern.items()
    )
