"""How rows get into the table of the log: together, and one by one where the table refuses one of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from shared import aws
from shared.settings import settings

_PER_CALL = 25
Row = dict[str, Any]
Place = tuple[str, str]


def place(row: Row) -> Place:
    """Where a row stands; the same event has the same place."""
    return row["pk"], row["sk"]


def each_once(rows: Iterable[Row]) -> list[Row]:
    """One row for each place, for a call may not name a place twice."""
    return list({place(row): row for row in rows}.values())


def write(rows: Sequence[Row]) -> set[Place]:
    """Write all; answers the places of those that the table refuses, such as one that is too large."""
    return {refused for chunk in _chunks(rows) for refused in _refused(chunk)}


def _refused(chunk: Sequence[Row]) -> Iterator[Place]:
    try:
        _put(chunk)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        if len(chunk) == 1:
            yield place(chunk[0])
        else:
            yield from (place(row) for row in chunk for _ in _refused([row]))


def _put(chunk: Sequence[Row]) -> None:
    pending: Any = {settings().table: [{"PutRequest": {"Item": _wire(row)}} for row in chunk]}
    while pending:
        pending = aws.client("dynamodb").batch_write_item(RequestItems=pending).get("UnprocessedItems")


def _wire(row: Row) -> dict[str, Any]:
    return {name: {"S": str(value)} for name, value in row.items() if value is not None}


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _PER_CALL):
        yield rows[start : start + _PER_CALL]
