"""How a service's table is compared with the one that the log makes.

A row's kind is what stands before the first ``#`` of its two keys. *Made* rows are made whole, by folds or from what the
service itself announced. *Told* rows are compared with what the log says of them, and stay as they are: the log has ids and
numbers, and never the words of a draft. All others are *kept*: named with their number, and why.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from shared.app import Routes
from shared.store import Item, Key, Store

FIGURES = "FIGURES"  # sort key of a sum over rows, for which row something was counted in depends on the batch
_PLUMBING = ("INBOX/INBOX", "OUTBOX/OUTBOX", "WEBHOOK/INBOX")
_WHEN = frozenset({"rev", "expires_at"})
UNEXPLAINED = "nothing of it is said on the bus"
_ONLY_COMPARED = "only compared: the log does not have all of it"
Figures = Callable[[Store, Iterable[Key]], Iterator[tuple[Key, Item]]]


@dataclass(frozen=True)
class Rows:
    """Rows of these kinds, ``but`` the fields that say when something was done and not what."""

    kinds: tuple[str, ...]
    but: tuple[str, ...] = ()


@dataclass(frozen=True)
class Projection:
    folds: tuple[Routes, ...]
    made: tuple[Rows, ...]
    told: dict[str, Callable[[Item], Item]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    figures: Figures = lambda table, keys: iter(())

    @cached_property
    def clocks(self) -> dict[str, frozenset[str]]:
        """By the kinds that are made whole."""
        return {one: frozenset(rows.but) | _WHEN for rows in self.made for one in rows.kinds}

    def mine(self, key: Key, live: Item | None = None) -> bool:
        """Whether the log says something of this row; of a told one that may depend on how far it came."""
        view = self.told.get(kind(key))
        return kind(key) in self.clocks or bool(view and (not live or view(live)))

    def plumbing(self, key: Key) -> bool:
        return kind(key) in _PLUMBING

    def clock(self, key: Key) -> frozenset[str]:
        return self.clocks.get(kind(key), _WHEN)

    def stays(self, key: Key) -> str:
        """Why a row is never written; empty where it may be."""
        return "" if kind(key) in self.clocks else _ONLY_COMPARED

    def comparable(self, key: Key, live: Item | None, rebuilt: Item | None) -> tuple[Item | None, Item | None]:
        """Of a told row what both sides have."""
        if kind(key) not in self.told or not live:
            return live, rebuilt
        plain = self.told[kind(key)](live)
        both = plain.keys() & rebuilt.keys() if rebuilt else plain.keys()
        return {name: plain[name] for name in both}, rebuilt and {name: rebuilt[name] for name in both}

    def why_kept(self, name: str) -> str:
        return self.kept.get(name, UNEXPLAINED)


def kind(key: Key) -> str:
    """Of a list that has a partition of its own only that; of what is listed under a person, what it is."""
    first, second = key[0].partition("#")[0], key[1].split("#")
    return f"{first}/{'#'.join(second[:2] if second[0] == 'HAS' else second[:1]) if '#' in key[0] else ''}"

