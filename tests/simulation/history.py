"""What happened in a run, in order; invariants are functions of it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.store import Write


class Entry(NamedTuple):
    number: int
    at: float
    kind: str
    what: dict[str, Any]


class History:
    """Everything that was told, stored, answered and sent."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, at: float, kind: str, **what: Any) -> Entry:
        self.entries.append(Entry(len(self.entries), at, kind, what))
        return self.entries[-1]

    def of(self, kind: str, **like: Any) -> Iterator[Entry]:
        return (e for e in self.entries if e.kind == kind and all(e.what.get(k) == v for k, v in like.items()))

    def written(self, service: str) -> Iterator[tuple[Entry, Write]]:
        """Every write of a service that was done."""
        return ((entry, write) for entry in self.of("stored", service=service) for write in entry.what["writes"])

    def published(self) -> dict[str, dict[str, Any]]:
        """Our own events by their id, each once."""
        own = (entry.what for entry in self.of("published") if entry.what["source"].startswith("referral."))
        said = ((what, json.loads(what["detail"])) for what in own)
        return {detail["metadata"]["event_id"]: {"type": what["type"], **detail} for what, detail in said}
