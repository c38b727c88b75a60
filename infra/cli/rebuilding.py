"""A service's table once more, from the log, by the folds of this checkout; and how it differs from the one that is live."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from heapq import merge
from itertools import groupby, islice
from typing import Any

from infra.cli.aside import Aside
from infra.cli.folding import BATCH, Folding
from infra.cli.listeners import Listener
from infra.cli.recorded import Envelope
from infra.cli.say import Problem
from infra.cli.spool import Spool
from shared.store import Item, Key


@dataclass(frozen=True)
class Projection:
    """The rows that only folds write, and the fields in them that say when that was done and not what."""

    function: str
    mine: Callable[[Key], bool]
    clock: Callable[[Key], frozenset[str]] = lambda key: frozenset({"rev"})


PROJECTIONS = {
    "features": Projection(
        "feature_enricher", lambda key: key[0].startswith(("CUSTOMER#", "JOB#")),
        lambda key: frozenset({"rev", "at"} if key[1] == "COUNTED" else {"rev", "known_at"}),
    ),
    "prep": Projection("data_prep_processor", lambda key: key[1] == "JOIN", lambda key: frozenset({"rev", "expires_at"})),
}


def projection(service: str) -> Projection:
    if service not in PROJECTIONS:
        raise Problem(f"{service!r} has no table that is made of events alone. Choose one of: {', '.join(PROJECTIONS)}.")
    return PROJECTIONS[service]


@dataclass(frozen=True)
class Difference:
    """A row that is not the same; None where it is not there."""

    key: Key
    live: Item | None
    rebuilt: Item | None
    clock: frozenset[str]

    @cached_property
    def fields(self) -> list[str]:
        one, other = self.live or {}, self.rebuilt or {}
        return sorted(name for name in {*one, *other} - self.clock if one.get(name) != other.get(name))

    def public(self) -> dict[str, Any]:
        sides = {"live": self.live, "rebuilt": self.rebuilt}
        hashes = {name: item and _hash(item, self.clock) for name, item in sides.items()}
        return {"pk": self.key[0], "sk": self.key[1], **hashes, "fields": self.fields}


@dataclass
class Comparison:
    """How many rows are the same, and those that are not."""

    same: int = 0
    differences: list[Difference] = field(default_factory=list)


def rebuilt(spool: Spool, listener: Listener) -> Aside:
    """What the listener's folds make of all that was said, in the order in which the service handled it."""
    table, at = Aside(), [datetime.min]
    folding = Folding(listener, table, lambda: at[0])
    waiting = spool.as_handled(f"referral.{listener.service}")
    while some := list(islice(waiting, BATCH)):
        at[0] = some[-1][0]
        failed = folding.fold([one for _, one in some if listener.can_be_tried(one)])
        if failed:
            raise Problem(f"{_named(failed)} can't be folded ({', '.join(folding.tally.errors)}): nothing was compared.")
    return table


def compare(live: Aside, fresh: Aside, known: Projection) -> Comparison:
    """Row by row in the order of their keys, so that two big tables need no more memory than two small ones."""
    found = Comparison()
    for key, live_item, fresh_item in _side_by_side(live, fresh):
        if not known.mine(key):
            continue
        clock = known.clock(key)
        if live_item and fresh_item and _hash(live_item, clock) == _hash(fresh_item, clock):
            found.same += 1
        else:
            found.differences.append(Difference(key, live_item, fresh_item, clock))
    return found


def _side_by_side(live: Aside, fresh: Aside) -> Iterator[tuple[Key, Item | None, Item | None]]:
    both = merge(*(_sided(side, table) for side, table in enumerate((live, fresh))), key=lambda row: row[0])
    for key, rows in groupby(both, key=lambda row: row[0]):
        items = {side: item for _, side, item in rows}
        yield key, items.get(0), items.get(1)


def _sided(side: int, table: Aside) -> Iterator[tuple[Key, int, Item]]:
    return ((key, side, item) for key, item in table.written())


def _hash(item: Item, clock: frozenset[str]) -> str:
    told = {name: value for name, value in item.items() if name not in clock}
    return blake2b(json.dumps(told, sort_keys=True, default=_plain).encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> str:
    """DynamoDB keeps no zeros at the end of a number."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _named(failed: list[Envelope]) -> str:
    return f"{failed[0]['detail-type']} of {failed[0].get('time', 'an unknown moment')}"
