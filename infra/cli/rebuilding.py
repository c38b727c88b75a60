"""A service's table once more, from the log, by the folds of this checkout; and how it differs from the one that is live."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
from infra.cli.retelling.projection import Projection, kind
from infra.cli.say import Problem
from infra.cli.spool import Spool
from shared.app import Routes
from shared.store import Item, Key


@dataclass(frozen=True)
class Difference:
    """A row that is not the same; None where it is not there. ``stays`` says why nobody may write it."""

    key: Key
    live: Item | None
    rebuilt: Item | None
    clock: frozenset[str]
    stays: str = ""

    @cached_property
    def fields(self) -> list[str]:
        one, other = (_without(side or {}, self.clock) for side in (self.live, self.rebuilt))
        return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))

    def public(self) -> dict[str, Any]:
        sides = {"live": self.live, "rebuilt": self.rebuilt}
        hashes = {name: item and _hash(item, self.clock) for name, item in sides.items()}
        return {"pk": self.key[0], "sk": self.key[1], **hashes, "fields": self.fields}


@dataclass
class Comparison:
    """How many rows are the same, those that are not, and how many of each kind the log says nothing of."""

    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)

    def add(self, difference: Difference) -> None:
        live, fresh, clock = difference.live, difference.rebuilt, difference.clock
        if live and fresh and _hash(live, clock) == _hash(fresh, clock):
            self.same += 1
        else:
            self.differences.append(difference)


def rebuilt(spool: Spool, service: str, folds: Sequence[Routes]) -> Aside:
    """What the folds make of all that was said, in the order in which the service handled it."""
    table, at, left = Aside(), [datetime.min], list[Envelope]()
    foldings = [(one, Folding(one, table, lambda: at[0])) for one in (Listener(service, "", routes) for routes in folds)]
    waiting = spool.as_handled(f"referral.{service}")
    while some := list(islice(waiting, BATCH)):
        at[0] = some[-1][0]
        left = _folded(foldings, [*left, *(one for _, one in some)])
    if left := _folded(foldings, left):
        errors = {error for _, folding in foldings for error in folding.tally.errors}
        raise Problem(f"{_named(left)} can't be folded ({', '.join(sorted(errors))}): nothing was compared.")
    return table


def _folded(foldings: Iterable[tuple[Listener, Folding]], some: list[Envelope]) -> list[Envelope]:
    """Those of which a fold wants something that has not come; they are offered again, which harms nobody else."""
    failed = [one for listener, folding in foldings for one in folding.fold([e for e in some if _folds(listener, e)])]
    return [one for one in some if one in failed]


def _folds(listener: Listener, envelope: Envelope) -> bool:
    route = listener.route(envelope)
    return bool(route and not route.effect)


def compare(live: Aside, fresh: Aside, known: Projection) -> Comparison:
    """Row by row in the order of their keys, so that two big tables need no more memory than two small ones."""
    found = Comparison()
    for key, *sides in _side_by_side(live, fresh):
        if known.mine(key, sides[0]):
            found.add(Difference(key, *known.comparable(key, *sides), known.clock(key), known.stays(key)))
        elif sides[0] and not known.plumbing(key):
            found.kept[kind(key)] += 1
    for key, *sides in _figures(live, fresh, known):
        found.add(Difference(key, *sides, known.clock(key), known.stays(key)))
    return found


def _figures(live: Aside, fresh: Aside, known: Projection) -> Iterator[tuple[Key, Item | None, Item | None]]:
    one, other = (dict(known.figures(table, (key for key, _ in table.written()))) for table in (live, fresh))
    return ((key, one.get(key), other.get(key)) for key in sorted({*one, *other}))


def _side_by_side(live: Aside, fresh: Aside) -> Iterator[tuple[Key, Item | None, Item | None]]:
    both = merge(*(_sided(side, table) for side, table in enumerate((live, fresh))), key=lambda row: row[0])
    for key, rows in groupby(both, key=lambda row: row[0]):
        items = {side: item for _, side, item in rows}
        yield key, items.get(0), items.get(1)


def _sided(side: int, table: Aside) -> Iterator[tuple[Key, int, Item]]:
    return ((key, side, item) for key, item in table.written())


def _hash(item: Item, clock: frozenset[str]) -> str:
    return blake2b(json.dumps(_without(item, clock), sort_keys=True, default=_plain).encode(), digest_size=8).hexdigest()


def _without(told: Any, clock: frozenset[str]) -> Any:
    """Without these fields, also in what is nested."""
    if isinstance(told, dict):
        return {name: _without(value, clock) for name, value in told.items() if name not in clock}
    return [_without(value, clock) for value in told] if isinstance(told, list) else told


def _plain(value: Any) -> str:
    """DynamoDB keeps no zeros at the end of a number."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _named(failed: list[Envelope]) -> str:
    return f"{failed[0]['detail-type']} of {failed[0].get('time', 'an unknown moment')}"
