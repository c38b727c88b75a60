"""How many events of each kind were recorded on each day, for a chart from job to mail.

Counted are rows that are new: what is delivered again or replayed is not. Should a function end between the rows and
the counts, a batch is missing from them; the rows are what counts, and these are for looking at.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from shared import aws
from shared.events import UpstreamFact
from shared.events.upstream import FACTS
from shared.settings import settings
from shared.store import Key, Store

_COUNTS = "COUNTS"
_ROWS_PER_CALL = 100
Row = dict[str, Any]


def fresh(rows: Sequence[Row]) -> list[Row]:
    """Those of the rows that are not stored yet."""
    known: set[Key] = set()
    for start in range(0, len(rows), _ROWS_PER_CALL):
        keys = [{name: {"S": row[name]} for name in ("pk", "sk")} for row in rows[start : start + _ROWS_PER_CALL]]
        pending: Any = {settings().table: {"Keys": keys, "ProjectionExpression": "pk, sk", "ConsistentRead": True}}
        while pending:
            answer = aws.client("dynamodb").batch_get_item(RequestItems=pending)
            known |= {(item["pk"]["S"], item["sk"]["S"]) for item in answer["Responses"].get(settings().table, [])}
            pending = answer.get("UnprocessedKeys")
    return [row for row in rows if (row["pk"], row["sk"]) not in known]


def count(rows: Sequence[Row], day: str) -> None:
    """Add the rows to what is counted of this day."""
    counted = Counter(filter(None, map(kind, rows)))
    if not counted:
        return
    names = {f"#n{place}": name for place, name in enumerate(counted)}
    values = {f":n{place}": {"N": str(number)} for place, number in enumerate(counted.values())}
    added = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    aws.client("dynamodb").update_item(
        TableName=settings().table, Key={"pk": {"S": f"DAY#{day}"}, "sk": {"S": _COUNTS}},
        UpdateExpression=f"ADD {added}", ExpressionAttributeNames=names, ExpressionAttributeValues=values,
    )


def kind(row: Row) -> str | None:
    """As what an event is counted: by its type, jobs of the past apart, reviews by their decision; None for what is not ours."""
    said, data = str(row["detail_type"]), json.loads(row["data"])
    if row["source"].startswith(UpstreamFact.source) and said not in FACTS:
        return None
    if not isinstance(data, dict):
        return said
    if data.get("historical") is True:
        return f"{said}:historical"
    return f"{said}:{data['decision']}" if data.get("decision") in ("approved", "rejected") else said


def days(store: Store, last: date, most: int) -> list[dict[str, Any]]:
    """The counts of so many days, the last one included, oldest first; also of those on which nothing happened."""
    wanted = [(last - timedelta(days=back)).isoformat() for back in reversed(range(most))]
    found = store.get([(f"DAY#{day}", _COUNTS) for day in wanted])
    return [{"day": day, "counts": _numbers(found.get((f"DAY#{day}", _COUNTS), {}))} for day in wanted]


def _numbers(item: Row) -> dict[str, int]:
    return {name: int(number) for name, number in sorted(item.items())}
