"""One dead letter: a message that no function could handle, or an event that the bus refused."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from infra import deploy
from infra.cli.recorded import Envelope
from infra.platform.event_log import row
from infra.platform.redaction import redacted
from shared import mailbox
from shared.mailbox import Unreadable

DEAD, REFUSED = "-dead-letters", "-undeliverable"
_NAMES = ("detail_type", "source", "event_id", "correlation_id", "causation_id", "occurred_at")


@dataclass(frozen=True)
class Letter:
    """As its queue holds it; ``queue`` is the address."""

    queue: str
    message: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.message["MessageId"])

    @property
    def name(self) -> str:
        return name_of(self.queue)

    @property
    def service(self) -> str:
        return service_of(self.queue)

    @property
    def refused(self) -> bool:
        """Whether the bus refused it; else a mailbox gave it up."""
        return self.name.endswith(REFUSED)

    @property
    def sent_at(self) -> datetime:
        """When it came into the mailbox; a queue keeps that when it gives a message up."""
        return datetime.fromtimestamp(int(self.message["Attributes"]["SentTimestamp"]) / 1000, UTC)

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the body says; empty where that is no object."""
        try:
            told = json.loads(self.message["Body"])
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @cached_property
    def envelope(self) -> Envelope | None:
        """The event in the bus's envelope; None where there is none."""
        try:
            told = _on_its_way(self.said["entry"]) if self.refused else self.said
            _index(told)
        except (Unreadable, ValueError, KeyError, TypeError):
            return None
        return told

    @cached_property
    def known(self) -> dict[str, Any]:
        """Its kind and its ids, as the event log has them; None for each where it is no event."""
        found = _index(self.envelope) if self.envelope else {}
        return {name: found.get(name) for name in _NAMES}

    @property
    def body(self) -> Any:
        """What it says without what identifies a person; of what is no event only size and hash."""
        if self.envelope:
            return redacted(self.envelope)
        raw = self.message["Body"].encode()
        return {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}

    @property
    def place(self) -> tuple[datetime, datetime]:
        """Where it stands in the order in which things were said: by the bus, which tells whole seconds, then by the queue."""
        told = (self.envelope or {}).get("time")
        return datetime.fromisoformat(told) if told else self.sent_at.replace(microsecond=0), self.sent_at


def name_of(queue: str) -> str:
    """The queue's name without the account's."""
    return queue.rsplit("/", 1)[1].split("-", 2)[2]


def service_of(queue: str) -> str:
    """Whose mailbox or outbox it belongs to."""
    room = name_of(queue).removesuffix(DEAD).removesuffix(REFUSED)
    return next((known for known in deploy.services() if f"{room}-".startswith(f"{known}-")), "platform")


def _index(told: Any) -> dict[str, Any]:
    return row(mailbox.delivery({"messageId": "", "body": json.dumps(told)}), "", "")


def _on_its_way(entry: dict[str, str]) -> Envelope:
    """An entry that the bus refused, as the bus would have told it."""
    return {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
