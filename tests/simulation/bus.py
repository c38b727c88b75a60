"""The event bus: what it takes it delivers at least once to every mailbox with a rule that matches."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.harness.outside import refused
from tests.simulation.clock import VirtualClock
from tests.simulation.faults import Faults
from tests.simulation.history import Entry, History
from tests.simulation.mailbox import Mailbox, Message
from tests.simulation.rules import matches

_SLOWEST = 4.0  # seconds from the bus into a mailbox
_MOST_ENTRIES, _LARGEST_CALL = 10, 1_048_576  # of one call of PutEvents, which is refused as a whole
_FOR_EVER = 0.1  # of the entries that the bus refuses, it would refuse for ever


class Bus:
    """Stands in for the EventBridge client of the relays, and is where upstream systems put their facts."""

    def __init__(self, clock: VirtualClock, faults: Faults, history: History, random: Random) -> None:
        self.clock, self.faults, self.history, self.random = clock, faults, history, random
        self.mailboxes: list[Mailbox] = []

    def put_events(self, *, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return self.faults.call("put_events", lambda: self._put_all(Entries))

    def take(self, source: str, detail_type: str, detail: str, **envelope: Any) -> None:
        """An event is on the bus now, and will be delivered."""
        told = {"source": source, "type": detail_type, "detail": detail, "said": json.loads(detail)}
        self.deliver(self.history.add(self.clock.seconds, "published", **told, **envelope), self.mailboxes, **envelope)

    def deliver(self, published: Entry, mailboxes: Sequence[Mailbox], **envelope: Any) -> None:
        """Into every mailbox that has a rule for it."""
        what = published.what
        head = {"source": what["source"], "detail-type": what["type"], **envelope}
        said, body = head | {"detail": what["said"]}, body_of(head, what["detail"])
        for mailbox in mailboxes:
            if what["type"] in mailbox.patterns and matches(mailbox.patterns[what["type"]], said):
                self._into(mailbox, body)

    def _into(self, mailbox: Mailbox, body: str) -> None:
        if self.faults.happens("target down", mailbox.name):  # for longer than the bus tries: a dead letter at once
            mailbox.dead.append(Message(body, self.clock.seconds))
            return
        copies = 1 + self.faults.happens("twice", mailbox.name)
        for _ in range(copies):
            mailbox.waiting.append(Message(body, self.clock.seconds + self.random.random() * _SLOWEST))

    def _put_all(self, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        if len(entries) > _MOST_ENTRIES or sum(len(entry["Detail"]) for entry in entries) > _LARGEST_CALL:
            raise refused("ValidationException", 400)
        results = [self._put(entry) for entry in entries]
        return {"Entries": results, "FailedEntryCount": sum("ErrorCode" in result for result in results)}

    def _put(self, entry: dict[str, Any]) -> dict[str, str]:
        for_ever = self.random.random() < _FOR_EVER
        if self.faults.happens("refused by the bus"):
            return {"ErrorCode": "MalformedDetail" if for_ever else "ThrottlingException"}
        self.take(entry["Source"], entry["DetailType"], entry["Detail"])
        return {"EventId": "e"}


def body_of(head: dict[str, Any], detail: str) -> str:
    """What is in a message: the envelope, and a detail that is JSON already."""
    return f'{json.dumps(head)[:-1]},"detail":{detail}}}'


class Stream:
    """The stream of one table: its outbox rows in the order of their commits, read by a relay in batches."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.rows: list[dict[str, Any]] = []
        self.behind = 0  # how many of the latest were not relayed yet
        self.trimmed_until = 0.0  # rows of until then are gone before anybody reads them
        self.lost = 0

    def add(self, row: dict[str, Any], now: float) -> None:
        if now < self.trimmed_until:
            self.lost += 1
            return
        wire = {name: {"S": row[name]} for name in ("source", "detail_type", "detail")}
        self.rows.append({"eventName": "INSERT", "dynamodb": {"NewImage": wire}})
        self.behind += 1

    def batch(self, random: Random) -> list[dict[str, Any]]:
        read = len(self.rows) - self.behind
        return self.rows[read : read + random.randint(1, 12)]
