"""A table in memory, quick enough for thousands of runs, that promises what DynamoDB promises; and one that fails."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from shared.store import Item, Key, Refused, Write
from shared.wire import attribute, value
from tests.harness.outside import refused
from tests.simulation.faults import READ, Faults

_MOST_ACTIONS = 100  # in one transaction
_LARGEST_ITEM = 400 * 1024  # bytes
_AS_THEY_ARE = frozenset({str, bool, Decimal, bytes, type(None)})  # kinds of values that DynamoDB gives back as they were
_NESTED, _COUNTED = frozenset({dict, list}), frozenset({str, bytes})
Seen = Callable[[Sequence[Write]], None]


class _Row(NamedTuple):
    """An item, the names of what in it is more than one value, and the partitions in which it is."""

    item: Item
    nested: list[str]
    places: list[tuple[str, Any]]

    def copy(self) -> Item:
        copy = self.item.copy()
        for name in self.nested:
            copy[name] = _deep(copy[name])
        return copy


class SimulatedStore:
    """Nobody can change what is stored but by a commit; ``seen`` hears every transaction that was done."""

    def __init__(self, seen: Seen = lambda writes: None) -> None:
        self.seen = seen
        self._rows: dict[Key, _Row] = {}
        self._parts: dict[tuple[str, Any], dict[Key, None]] = defaultdict(dict)  # of the table ("") and of its indexes

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return {key: row.copy() for key in keys if (row := self._rows.get(key))}

    def commit(self, writes: Sequence[Write]) -> None:
        if len(writes) > _MOST_ACTIONS or any(_size(write.item) > _LARGEST_ITEM for write in writes if write.item):
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
        keys = self._parts.get((index, pk), ())
        named = [(self._rows[key].item[f"{index}_sk"] if index else key[1], key) for key in keys]
        chosen = [one for one in named if one[0].startswith("" if after else prefix) and one[0] > after]
        ordered = sorted(chosen, key=itemgetter(0), reverse=newest_first)[:limit]
        return [{"pk": key[0], "sk": key[1], **self._rows[key].copy()} for _, key in ordered]

    def all(self) -> dict[Key, Item]:
        return self.get(self._rows)

    def tamper(self, key: Key, item: Item | None) -> None:
        """Somebody writes around every service: no event, no condition, nobody hears."""
        self._apply(Write(key, item, self._revision(key)))

    def _revision(self, key: Key) -> int:
        row = self._rows.get(key)
        return row.item["rev"] if row else 0

    def _apply(self, write: Write) -> None:
        before = self._rows.pop(write.key, None)
        for place in before.places if before else ():
            del self._parts[place][write.key]
        if write.item is not None:
            self._rows[write.key] = row = _row(write.key, write.item, write.revision + 1)
            for place in row.places:
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


def _size(item: Item) -> int:
    """About as many bytes as DynamoDB counts."""
    told = item.values()
    return sum([len(one) for one in told if type(one) in _COUNTED]) + sum([len(str(one)) for one in told if type(one) in _NESTED])


def _row(key: Key, told: Item, revision: int) -> _Row:
    """As DynamoDB would give it back: without what is None, and every number a Decimal."""
    item: Item = {
        name: part if type(part) in _AS_THEY_ARE else _given_back(part) for name, part in told.items() if part is not None
    }
    item["rev"] = revision
    nested = [name for name, part in item.items() if type(part) in _NESTED]
    return _Row(item, nested, [("", key[0]), *((name[:-3], item[name]) for name in item if name.endswith("_pk"))])


def _given_back(told: Any) -> Any:
    kind = type(told)
    if kind is dict:
        return {name: part if type(part) in _AS_THEY_ARE else _given_back(part) for name, part in told.items()}
    if kind in (list, tuple):
        return [part if type(part) in _AS_THEY_ARE else _given_back(part) for part in told]
    return Decimal(told) if kind is int else value(attribute(told))


def _deep(told: Any) -> Any:
    kind = type(told)
    if kind is dict:
        return {name: _deep(part) if type(part) in _NESTED else part for name, part in told.items()}
    return [_deep(part) for part in told] if kind is list else told
