"""Each table's stream has a reader of its own, as on AWS.

MiniStack has one thread for what is in queues and streams alike: it hands on one stream after the other and waits for each.
While a relay ran, no queue was read, so that at most one draft began for each round of relays.
"""

import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from ministack.core.concurrency import esm_wake, spawn_background
from ministack.services import dynamodb, lambda_svc

Mapping = dict[str, Any]
Scoped = tuple[str, str, Mapping]  # with the account and the region that it is in
Stream = tuple[str, str, str]  # account, region, table

_READ_AND_KEPT = 1_000  # records of a stream, so that letting go costs little for each
_poll, _mappings = lambda_svc._poll_dynamodb_streams, lambda_svc._iter_all_esms
_read_here: ContextVar[Stream | None] = ContextVar("the stream that this thread reads", default=None)
_busy: set[Stream] = set()


def read_side_by_side() -> None:
    """Have the emulator's poller start readers instead of being the only one."""
    lambda_svc._poll_dynamodb_streams = poll
    lambda_svc._iter_all_esms = mappings


def mappings() -> Iterator[Scoped]:
    """The event source mappings that are looked at: in a stream's reader those of its table, else all."""
    here = _read_here.get()
    return (one for one in _mappings() if here is None or _stream(one) == here)


def poll() -> bool:
    """Start a reader for each stream that has something new and none; it says itself when there is more to do."""
    for stream in {stream for one in _mappings() if (stream := _stream(one)) and _is_due(one, stream)} - _busy:
        _busy.add(stream)
        spawn_background(_read, stream, thread_name="stream-reader")
    return False


def let_go(stream: Stream) -> None:
    """Forget the records that every mapping of the table has read: a day of them is much, and nobody asks."""
    account, region, table = stream
    before = dynamodb._stream_trimmed.get_scoped(*stream, 0)
    read = min(positions(table), default=before) - before
    if read > _READ_AND_KEPT:
        del dynamodb._stream_records.get_scoped(*stream, [])[:read]
        dynamodb._stream_trimmed.set_scoped(account, region, table, before + read)


def positions(table: str) -> Iterator[int]:
    """How far each reader of the table's stream has come."""
    for account, region, mapping in _mappings():
        position = _position((account, region, mapping))
        if position is not None and _table(mapping) == table:
            yield position


def _read(stream: Stream) -> None:
    _read_here.set(stream)  # in this thread's own context
    try:
        while _poll():
            let_go(stream)
    finally:
        _busy.discard(stream)
        esm_wake.set()  # what was written a moment ago came when this one was still busy


def _is_due(one: Scoped, stream: Stream) -> bool:
    account, region, mapping = one
    if not mapping.get("Enabled", True) or lambda_svc._esm_backoff_until.get_scoped(account, region, mapping["UUID"], 0) > time.time():
        return False
    begin = dynamodb._stream_trimmed.get_scoped(*stream, 0)
    position = _position(one)
    return (begin if position is None else position) < begin + len(dynamodb._stream_records.get_scoped(*stream, []))


def _position(one: Scoped) -> int | None:
    account, region, mapping = one
    position: int | None = lambda_svc._dynamodb_stream_positions.get_scoped(account, region, mapping["UUID"])
    return position


def _stream(one: Scoped) -> Stream | None:
    account, region, mapping = one
    table = _table(mapping)
    return (account, region, table) if table else None


def _table(mapping: Mapping) -> str:
    """The table whose stream is the source; nothing where it is a queue."""
    before, told, _ = mapping.get("EventSourceArn", "").partition("/stream/")
    return before.rpartition(":table/")[2] if told else ""
