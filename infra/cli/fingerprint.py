"""What stands in a table, as a few numbers: the same rows give the same ones in any order, in no memory to speak of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from shared.store import Item, Key

_SIZE = 16  # bytes of a row's hash
_ROUND = 1 << (8 * _SIZE)


@dataclass(frozen=True)
class Print:
    """So many rows, and the sum of their hashes."""

    rows: int = 0
    sum: int = 0

    def plus(self, key: Key, item: Item) -> "Print":
        said = repr((key, sorted(_plain(item).items()))).encode()
        return Print(self.rows + 1, (self.sum + int.from_bytes(blake2b(said, digest_size=_SIZE).digest())) % _ROUND)

    def public(self) -> dict[str, Any]:
        return {"rows": self.rows, "hash": f"{self.sum:0{2 * _SIZE}x}"}


Prints = dict[str, Print]


def fingerprint(rows: Iterable[tuple[Key, Item]], kind: Callable[[Key], str], expired: float) -> Prints:
    """By kind of row; what expires before that moment (seconds since 1970) may be gone at any time and is left out."""
    found: Prints = {}
    for key, item in rows:
        if float(item.get("expires_at", expired)) >= expired:
            found[kind(key)] = found.get(kind(key), Print()).plus(key, item)
    return found


def changed(before: Mapping[str, Print], after: Mapping[str, Print]) -> dict[str, dict[str, Any]]:
    """The kinds of which not every row is as it was."""
    sides = {name: (before.get(name, Print()), after.get(name, Print())) for name in sorted({*before, *after})}
    moved = {name: both for name, both in sides.items() if both[0] != both[1]}
    return {name: {"before": one.public(), "after": other.public()} for name, (one, other) in moved.items()}


def whole(prints: Mapping[str, Print]) -> Print:
    """All kinds of a table as one."""
    return Print(sum(one.rows for one in prints.values()), sum(one.sum for one in prints.values()) % _ROUND)


def _plain(value: Any) -> Any:
    """Independent of the order in which DynamoDB tells the parts of a map."""
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    return [_plain(one) for one in value] if isinstance(value, list) else value
