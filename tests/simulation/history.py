"""What happened in a run, in order; invariants are functions of it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from shared.store import Write

_LOOKED_UP_BY = {"stored": "service", "answered": "service", "published": "type"}


class Entry(NamedTuple):
    number: int
    at: float
    kind: str
    what: dict[str, Any]


class History:
    """Everything that was told, stored, answered and sent."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._of: dict[tuple[str, str], list[Entry]] = defaultdict(list)  # a kind, and "" or what it is looked up by

    def add(self, at: float, kind: str, **what: Any) -> Entry:
        entry = Entry(len(self.entries), at, kind, what)
        self.entries.append(entry)
        self._of[kind, ""].append(entry)
        if kind in _LOOKED_UP_BY:
            self._of[kind, what[_LOOKED_UP_BY[kind]]].append(entry)
        return entry

    def of(self, kind: str, **like: Any) -> Iterator[Entry]:
        found = self._of[kind, like.pop(_LOOKED_UP_BY.get(kind, ""), "")]
        return (e for e in found if all(e.what.get(k) == v for k, v in like.items())) if like else iter(found)

    def written(self, service: str) -> Iterator[tuple[Entry, Write]]:
        """Every write of a service that was done."""
        return ((entry, write) for entry in self.of("stored", service=service) for write in entry.what["writes"])

    def published(self) -> dict[str, dict[str, Any]]:
        """Our own events by their id, each once."""
        own = (entry.what for entry in self.of("published") if entry.what["source"].startswith("referral."))
        return {what["said"]["metadata"]["event_id"]: {"type": what["type"], **what["said"]} for what in own}
