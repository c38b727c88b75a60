"""Rows in less memory: MiniStack holds every attribute of every row as an object of its own, name and value.

Names are the same few for all rows of a kind, and so are many short values: who said something, at which minute, in which
object. Those are held once. Nobody changes a value in its place: an update copies the row first.
"""

from sys import intern
from typing import Any

from ministack.services import dynamodb

_SHORT = 64  # characters of a value that may come again
_MOST = 20_000  # values that are known; then all are forgotten, for what comes again comes soon
_SCALARS = ("S", "N", "BOOL")
_known: dict[tuple[str, Any], dict[str, Any]] = {}
_set = dynamodb._set_item


def save_memory() -> None:
    dynamodb._set_item = set_item


def set_item(table: Any, partition: Any, sort: Any, row: dict[str, Any]) -> Any:
    return _set(table, partition, sort, compacted(row))


def compacted(row: dict[str, Any]) -> dict[str, Any]:
    """The same row, made of objects that other rows are made of."""
    if len(_known) > _MOST:
        _known.clear()
    return {intern(name): shared(value) for name, value in row.items()}


def shared(value: dict[str, Any]) -> dict[str, Any]:
    """The first of those values that were the same; itself where it is long or has parts."""
    [(kind, told)] = value.items()
    if kind not in _SCALARS or (isinstance(told, str) and len(told) > _SHORT):
        return value
    return _known.setdefault((kind, told), value)
