"""The outbox on its way: rows that appear in a table's stream become events on the bus."""

import json
import os
from collections.abc import Callable
from typing import Any

from shared import aws, bus
from shared.observe import Observer
from shared.settings import settings


def handler(event: dict[str, Any], context: object = None, *, put: Callable[..., Any] = bus.put) -> None:
    """Publish every outbox row of a stream batch.

    Raises where the bus is unavailable, so that the stream delivers the batch again: events may repeat and never get
    lost. What the bus will never take is parked with its reason and does not hold up the others.
    """
    observer = Observer(os.environ.get("POWERTOOLS_SERVICE_NAME", "relay"))
    entries = [entry(record) for record in event["Records"]]
    rejected = put(entries)
    for lost, reason in rejected:
        _park(lost, reason)
        observer.warn("undeliverable", detail_type=lost["DetailType"], reason=reason)
    observer.count("EventsPublished", len(entries) - len(rejected))
    observer.count("EventsUndeliverable", len(rejected))
    observer.flush()


def entry(record: dict[str, Any]) -> bus.Entry:
    """The PutEvents entry that an outbox row stands for."""
    row = record["dynamodb"]["NewImage"]
    made = {
        "EventBusName": settings().bus,
        "Source": row["source"]["S"],
        "DetailType": row["detail_type"]["S"],
        "Detail": row["detail"]["S"],
    }
    trace = os.environ.get("_X_AMZN_TRACE_ID")
    return made | ({"TraceHeader": trace} if trace else {})


def _park(lost: bus.Entry, reason: str) -> None:
    body = json.dumps({"reason": reason, "entry": lost})
    aws.client("sqs").send_message(QueueUrl=settings().undeliverable_url, MessageBody=body)
