"""The log of every event: whole in S3 by day, and by story and by time in a table without personal data."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from pydantic import ValidationError

from infra.platform import funnel, measures, rows
from infra.platform.erasure import erased, told_of
from infra.platform.redaction import ids, is_id
from infra.platform.rows import Row
from shared import aws, clock, mailbox
from shared.events import Metadata, UpstreamFact
from shared.events.upstream import FACTS, CustomerErased
from shared.mailbox import Delivery, Unreadable
from shared.observe import Observer
from shared.settings import required

_NAME = "given_name"  # the one thing in our own events that belongs to a person
Record = dict[str, Any]


class NotRecorded(Exception):
    """A batch comes again; only the kind of the error is told, for its message may hold what the events say."""


def record_events(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    """Record a batch: the events whole as one object, then a row for each; repeating it writes the same again.

    What can't be read, or is refused by the table, comes again alone until it is a dead letter.
    """
    observer = Observer("platform")
    try:
        again = _recorded(event["Records"], observer)
    except Exception as error:
        observer.failure("batch comes again", error, count=len(event["Records"]))
        raise NotRecorded(type(error).__name__) from None
    for record in again:
        observer.warn("comes again", message_id=record["messageId"], error=NotRecorded.__name__)
        mailbox.postpone(record)
    observer.flush()
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}


def _recorded(records: Sequence[Record], observer: Observer) -> list[Record]:
    """Record what can be; answers the others."""
    readable, unreadable = _sorted(records)
    refused = _kept(_without_erased(readable), observer) if readable else []
    observer.count("EventsRecorded", len(readable) - len(refused))
    observer.count("EventsUnreadable", len(unreadable))
    observer.count("EventsRefused", len(refused))
    return unreadable + refused


def _kept(readable: list[tuple[Record, Delivery]], observer: Observer) -> list[Record]:
    """Keep them, and count what was not kept before; answers what the table refuses."""
    stored = _store([record["body"] for record, _ in readable], [delivery for _, delivery in readable])
    made = [(record, row(delivery, stored, clock.now().isoformat())) for record, delivery in readable]
    single = rows.each_once(known for _, known in made)
    fresh = funnel.fresh(single)
    refused = rows.write(single)
    new = [known for known in fresh if rows.place(known) not in refused]
    funnel.count(new, f"{clock.now():%Y-%m-%d}")
    measures.tell(new, observer)
    return [record for record, known in made if rows.place(known) in refused]


def row(delivery: Delivery, stored: str, recorded_at: str) -> Row:
    """What the table keeps of an event: who said what because of what, and where the whole of it is.

    What is recent is kept by the minute: a day would be one key that takes all writes and is read as a whole.
    """
    said = _metadata(delivery)
    occurred = said.occurred_at.astimezone(UTC).isoformat()  # one zone, so that a story sorts in time
    data = _without_persons(delivery)
    return {
        "pk": said.correlation_id, "sk": f"{occurred}#{said.event_id}",
        "recent_pk": f"MINUTE#{recorded_at[:16]}", "recent_sk": f"{recorded_at}#{said.event_id}",
        **_of_a_customer(delivery, f"{recorded_at}#{said.event_id}"),
        **_of_a_rollout(data, f"{recorded_at}#{said.event_id}"),
        "event_id": said.event_id, "correlation_id": said.correlation_id, "causation_id": said.causation_id,
        "detail_type": delivery.detail_type, "source": delivery.source, "producer": said.producer,
        "occurred_at": occurred, "recorded_at": recorded_at, "object": stored,
        "data": json.dumps(data), "replay": delivery.replay,
    }


def _of_a_customer(delivery: Delivery, place: str) -> Row:
    """The key under which everything is found that is to be forgotten with this customer."""
    customer = ids(delivery.source, delivery.detail).get("customer_id")
    return {} if customer is None else {"customer_pk": str(customer), "customer_sk": place}


def _of_a_rollout(data: Any, place: str) -> Row:
    """The key under which all that a rollout's decisions rest on is read in one go."""
    rollout = data.get("rollout_id") if isinstance(data, dict) else None
    return {"rollout_pk": rollout, "rollout_sk": place} if is_id(rollout) else {}


def _without_erased(readable: list[tuple[Record, Delivery]]) -> list[tuple[Record, Delivery]]:
    """What is told of whoever is erased, here or long before, is kept without the person."""
    told = [(delivery.detail_type, ids(delivery.source, delivery.detail).get("customer_id")) for _, delivery in readable]
    now = {str(customer) for kind, customer in told if kind == CustomerErased.detail_type() and customer is not None}
    gone = now | erased(str(customer) for _, customer in told if customer is not None)
    return [told_of(record, gone) for record, _ in readable]


def _sorted(records: Sequence[Record]) -> tuple[list[tuple[Record, Delivery]], list[Record]]:
    readable, unreadable = [], []
    for record in records:
        try:
            readable.append((record, mailbox.delivery(record)))
        except Unreadable:
            unreadable.append(record)
    return readable, unreadable


def _metadata(delivery: Delivery) -> Metadata:
    try:
        fact = FACTS.get(delivery.detail_type) if delivery.source.startswith(UpstreamFact.source) else None
        return fact.unwrap(delivery.detail)[1] if fact else Metadata.model_validate(delivery.detail.get("metadata"))
    except (ValidationError, AttributeError):
        return _of_nothing_known(delivery)


def _of_nothing_known(delivery: Delivery) -> Metadata:
    """An event that breaks its contract is still recorded, as a story of its own."""
    digest = clock.derived_id(delivery.detail_type, json.dumps(delivery.detail, sort_keys=True))
    return Metadata(
        event_id=digest, occurred_at=clock.now(), correlation_id=f"malformed-{digest}", producer=delivery.source[:64],
    )


def _without_persons(delivery: Delivery) -> Any:
    if not isinstance(delivery.detail, dict):
        return {}
    if delivery.source.startswith(UpstreamFact.source):
        return ids(delivery.source, delivery.detail)
    data = delivery.detail.get("data")
    return {name: value for name, value in data.items() if name != _NAME} if isinstance(data, dict) else data


def _store(bodies: list[str], deliveries: list[Delivery]) -> str:
    """One object with the events as they came, a line each, under the day they were recorded."""
    key = f"events/day={clock.now():%Y-%m-%d}/{clock.derived_id(*(one.message_id for one in deliveries))}.ndjson"
    lines = "".join(json.dumps(json.loads(body)) + "\n" for body in bodies)  # ASCII, for half a character has no UTF-8
    aws.client("s3").put_object(Bucket=required("LOG_BUCKET"), Key=key, Body=lines.encode())
    return key
