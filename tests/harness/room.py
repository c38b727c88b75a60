"""One service in a test: past events in, one event in, and what left and what is stored."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from shared.app import Routes
from shared.clock import now
from shared.events import Event, Metadata, UpstreamFact
from tests.harness.memory import MemoryStore

_ids: Iterator[int] = count(1)


def record(event: Any, *, metadata: Metadata | None = None, receives: int = 1, **envelope: Any) -> dict[str, Any]:
    """The SQS record in which EventBridge delivers an event or a raw upstream detail; each has another transport id."""
    body = _envelope(event, metadata) if isinstance(event, Event) else _raw(event)
    return {
        "messageId": f"message-{next(_ids)}", "receiptHandle": "", "body": json.dumps(body | envelope),
        "attributes": {"ApproximateReceiveCount": str(receives)},
    }


def _raw(detail: Any) -> dict[str, Any]:
    return {"source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": detail}


def _envelope(event: Event, metadata: Metadata | None) -> dict[str, Any]:
    if isinstance(event, UpstreamFact):
        return {"source": "upstream.crm", "detail-type": event.detail_type(), "detail": event.model_dump(mode="json")}
    return {"source": event.source, "detail-type": event.detail_type(), "detail": json.loads(event.wrap(metadata or said(event)))}


def said(event: Event, event_id: str = "", correlation_id: str = "r-test") -> Metadata:
    return Metadata(
        event_id=event_id or f"e-{next(_ids)}", occurred_at=now(), producer=event.source,
        correlation_id=event.correlation() or correlation_id, version=event.contract_version,
    )


class Room:
    """A service's routes over a store in memory."""

    def __init__(self, *routes: Routes) -> None:
        self.routes = routes
        self.store = MemoryStore()
        self._told: set[tuple[str, str]] = set()

    def given(self, *events: Any) -> "Room":
        for event in events:
            self.when(event)
        self._told = set(self.store.items)
        return self

    def when(self, *events: Any, **envelope: Any) -> list[str]:
        """Deliver in one batch; answers which of the messages come again."""
        return self.deliver([record(event, **envelope) for event in events])

    def deliver(self, records: list[dict[str, Any]]) -> list[str]:
        failed: list[str] = []
        for routes in self.routes:
            mine = [r for r in records if json.loads(r["body"])["detail-type"] in routes.routes]
            answer = routes.batch(self.store).run(mine)
            failed += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failed

    @property
    def announced(self) -> list[dict[str, Any]]:
        """What was put into the outbox since ``given``: detail-type and data of each event."""
        rows = [row for key, row in self.store.items.items() if key[1] == "OUTBOX" and key not in self._told]
        return [{"type": row["detail_type"], "source": row["source"], **json.loads(row["detail"])} for row in rows]

    def announced_types(self) -> list[str]:
        return [event["type"] for event in self.announced]
