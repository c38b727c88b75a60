"""A table in memory, quick enough for thousands of runs, that promises what DynamoDB promises; and one that fails."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from shared.store import Item, Key, Refused, Write
from shared.wire import from_wire, to_wire
from tests.harness.outside import refused
from tests.simulation.faults import READ, Faults

_MOST_ACTIONS = 100  # in one transaction
_LARGEST_ITEM = 400 * 1024  # bytes
Seen = Callable[[Sequence[Write]], None]


class SimulatedStore:
    """Nobody can change what is stored but by a commit; ``seen`` hears every transaction that was done."""

    def __init__(self, seen: Seen = lambda writes: None) -> None:
        self.seen = seen
        self._rows: dict[Key, tuple[Item, list[str]]] = {}  # with the names of what is more than one value
        self._parts: dict[tuple[str, Any], dict[Key, None]] = defaultdict(dict)  # of the table ("") and of its indexes

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return {key: _copy(*self._rows[key]) for key in keys if key in self._rows}

    def commit(self, writes: Sequence[Write]) -> None:
        if len(writes) > _MOST_ACTIONS or any(_size(write.item) > _LARGEST_ITEM for write in writes):
            raise refused("ValidationException", 400)
        changed = [write.key for write in writes if self._revision(write.key) != write.revision]
        if changed:
            raise Refused(changed)
        for write in writes:
            if not write.check:
                self._apply(write)
        self.seen(writes)

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int = 1000, newest_first: bool = False,
        index: str = "",
    ) -> list[Item]:
        name = f"{index}_sk" if index else "sk"
        rows = [{"pk": key[0], "sk": key[1], **_copy(*self._rows[key])} for key in self._parts.get((index, pk), ())]
        chosen = [row for row in rows if row[name].startswith("" if after else prefix) and row[name] > after]
        return sorted(chosen, key=lambda row: row[name], reverse=newest_first)[:limit]

    def all(self) -> dict[Key, Item]:
        return self.get(self._rows)

    def tamper(self, key: Key, item: Item | None) -> None:
        """Somebody writes around every service: no event, no condition, nobody hears."""
        self._apply(Write(key, item, self._revision(key)))

    def _revision(self, key: Key) -> int:
        return self._rows[key][0]["rev"] if key in self._rows else 0

    def _apply(self, write: Write) -> None:
        if write.key in self._rows:
            for place in _places(write.key, self._rows.pop(write.key)[0]):
                self._parts[place].pop(write.key)
        if write.item is None:
            return
        item = from_wire(to_wire(write.item)) | {"rev": write.revision + 1}  # as DynamoDB would give it back
        self._rows[write.key] = item, [name for name, value in item.items() if isinstance(value, dict | list)]
        for place in _places(write.key, item):
            self._parts[place][write.key] = None


class FaultyStore:
    """The store as a function reaches it."""

    def __init__(self, store: Any, faults: Faults) -> None:
        self.store = store
        self.faults = faults

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return self.faults.call("get", lambda: self.store.get(list(keys)), READ)

    def query(self, pk: str, **how: Any) -> list[Item]:
        return self.faults.call("query", lambda: self.store.query(pk, **how), READ)

    def commit(self, writes: Sequence[Write]) -> None:
        if self.faults.happens("stale", "commit"):
            raise Refused([])  # the table was busy with another transaction
        self.faults.call("commit", lambda: self.store.commit(writes))


def _size(item: Item | None) -> int:
    """About as many bytes as DynamoDB counts."""
    values = (item or {}).values()
    return sum(len(str(value) if isinstance(value, dict | list) else value) for value in values if isinstance(value, str | bytes | dict | list))


def _copy(item: Item, nested: Sequence[str]) -> Item:
    copy = dict(item)
    for name in nested:
        copy[name] = _deep(item[name])
    return copy


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _deep(part) for name, part in value.items()}
    return [_deep(part) for part in value] if isinstance(value, list) else value


def _places(key: Key, item: Item) -> list[tuple[str, Any]]:
    return [("", key[0]), *((name[:-3], told) for name, told in item.items() if name.endswith("_pk"))]
