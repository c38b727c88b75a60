"""The only place that knows PutEvents."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from shared import aws

Entry = dict[str, Any]

MAX_ENTRIES = 10
MAX_CALL_BYTES = 1_000_000  # EventBridge takes 1 MB in one call; the rest is its own envelope
_TRANSIENT = {"InternalException", "InternalFailure", "ServiceUnavailable", "ThrottlingException"}
_ATTEMPTS = 6


class Unavailable(Exception):
    """The bus did not take everything in time; nothing is lost, try the same entries again."""


def put(
    entries: Sequence[Entry], *, client: Any = None, sleep: Callable[[float], None] = time.sleep,
) -> list[tuple[Entry, str]]:
    """Put all entries; what the bus will never take comes back with the reason.

    Only entries that failed are sent again, matched by their index. Raises Unavailable where the bus goes on refusing.
    """
    rejected: list[tuple[Entry, str]] = []
    for chunk in chunks(entries):
        rejected += _put_chunk(client or aws.client("events"), chunk, sleep)
    return rejected


def chunks(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries as calls: at most ten of one source, as policies ask, and at most the bytes that one call may have."""
    chunk: list[Entry] = []
    size = 0
    for entry in entries:
        if chunk and (len(chunk) == MAX_ENTRIES or size + _size(entry) > MAX_CALL_BYTES or _other(chunk, entry)):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += _size(entry)
    if chunk:
        yield chunk


def _put_chunk(client: Any, chunk: list[Entry], sleep: Callable[[float], None]) -> list[tuple[Entry, str]]:
    rejected: list[tuple[Entry, str]] = []
    for attempt in range(_ATTEMPTS):
        results = client.put_events(Entries=chunk)["Entries"]
        failed = [(e, r["ErrorCode"]) for e, r in zip(chunk, results, strict=True) if r.get("ErrorCode")]
        rejected += [(entry, code) for entry, code in failed if code not in _TRANSIENT]
        chunk = [entry for entry, code in failed if code in _TRANSIENT]
        if not chunk:
            return rejected
        sleep(min(2.0, 0.1 * 2**attempt))
    raise Unavailable(f"{len(chunk)} entries refused {_ATTEMPTS} times")


def _other(chunk: list[Entry], entry: Entry) -> bool:
    return bool(chunk[0]["Source"] != entry["Source"])


def _size(entry: Entry) -> int:
    return sum(len(str(value).encode()) for value in entry.values())
