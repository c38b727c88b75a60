"""What the event log knows: a story from beginning to end, and what was recorded since a moment."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.cli.session import Account
from shared.clock import now

Row = dict[str, Any]

_FIELDS = (
    "occurred_at", "recorded_at", "detail_type", "source", "producer", "event_id", "correlation_id", "causation_id",
    "replay", "object", "data",
)
_LATE = timedelta(seconds=3)  # rows of writers that run side by side become visible a little out of order


@dataclass(frozen=True)
class Cursor:
    """How far somebody has read: up to this moment, and which events around it."""

    at: datetime
    seen: frozenset[str] = frozenset()


class EventLog:
    """The event log of an account; a row says who said what because of what, its data parsed."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def story(self, correlation_id: str) -> list[Row]:
        """Everything that was said in one story, in the order in which it happened."""
        return list(self._query("#p = :p", {"#p": "pk"}, {":p": correlation_id}))

    def events_since(self, cursor: Cursor) -> tuple[list[Row], Cursor]:
        """What was recorded since the cursor, in the order of recording, and the cursor to go on with."""
        since, until = cursor.at - _LATE, now()
        rows = [row for minute in _minutes(since, until) for row in self._recorded(minute, since)]
        fresh = [row for row in rows if row["event_id"] not in cursor.seen]
        newest = max([cursor.at, *(datetime.fromisoformat(row["recorded_at"]) for row in fresh)])
        recent = {row["event_id"] for row in rows if datetime.fromisoformat(row["recorded_at"]) >= newest - _LATE}
        return fresh, Cursor(newest, frozenset(recent))

    def rollout(self, rollout_id: str) -> list[Row]:
        """All events that name one rollout, its own and those of its referrals, in the order of recording."""
        return list(self._query("#p = :p", {"#p": "rollout_pk"}, {":p": rollout_id}, IndexName="rollout"))

    def objects_of(self, customer_id: str) -> list[str]:
        """The objects that have the whole of what was said about a customer."""
        rows = self._query("#p = :p", {"#p": "customer_pk"}, {":p": customer_id}, IndexName="customer")
        return sorted({str(row["object"]) for row in rows})

    def everything(self, kinds: Sequence[str]) -> Iterator[Row]:
        """All that was ever said of these kinds, in no order."""
        names = {f":{number}": {"S": kind} for number, kind in enumerate(kinds)}
        pages = self.account.client("dynamodb").get_paginator("scan").paginate(
            TableName=self.account.event_log, FilterExpression=f"detail_type IN ({', '.join(names)})",
            ExpressionAttributeValues=names, ConsistentRead=True,
        )
        for page in pages:
            yield from (_row(item) for item in page["Items"])

    def _recorded(self, minute: str, since: datetime) -> Iterator[Row]:
        names = {"#p": "recent_pk", "#s": "recent_sk"}
        values = {":p": f"MINUTE#{minute}", ":s": since.astimezone(UTC).isoformat()}
        return self._query("#p = :p AND #s > :s", names, values, IndexName="recent")

    def _query(self, condition: str, names: dict[str, str], values: dict[str, str], **options: Any) -> Iterator[Row]:
        pages = self.account.client("dynamodb").get_paginator("query").paginate(
            TableName=self.account.event_log, KeyConditionExpression=condition, ExpressionAttributeNames=names,
            ExpressionAttributeValues={name: {"S": value} for name, value in values.items()}, **options,
        )
        for page in pages:
            yield from (_row(item) for item in page["Items"])


def _minutes(since: datetime, until: datetime) -> Iterator[str]:
    minute = since.astimezone(UTC).replace(second=0, microsecond=0)
    while minute <= until:
        yield minute.isoformat()[:16]
        minute += timedelta(minutes=1)


def _row(item: dict[str, Any]) -> Row:
    row = {name: item.get(name, {}).get("S") for name in _FIELDS}
    return row | {"data": json.loads(row["data"] or "{}")}
