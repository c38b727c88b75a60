"""Whose a row is, and who is to stay forgotten.

What a service keeps of a person is listed in that person's partition, in the transaction that keeps it. An erasure
first writes down that the person is erased, then takes what is listed, one by one: once the first stands, nothing new
is listed, for whoever keeps something requires that it does not stand.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from shared.commit import run
from shared.events.upstream import CustomerErased
from shared.store import Key, Store
from shared.unit import Unit

_LISTED = "HAS#"
_ALL = 100_000  # more than anybody has
Forgetting = Callable[[str, str, Unit], None]


def erased_key(customer_id: str) -> Key:
    """Stands for ever once this customer is erased."""
    return f"CUSTOMER#{customer_id}", "ERASED"


def erased(unit: Unit, customer_id: str) -> bool:
    """Whether this customer is erased; if not, the commit requires that this still holds."""
    unit.require(erased_key(customer_id))
    return unit.item(erased_key(customer_id)) is not None


def own(unit: Unit, customer_id: str, kind: str, name: str, expires_at: int | None = None) -> None:
    """What has this name is this customer's, from this commit on; to be said once, when it is kept.

    ``expires_at`` (seconds since 1970) is for what goes by itself.
    """
    unit.create(_listed_key(customer_id, kind, name), {"expires_at": expires_at} if expires_at else {})


def forget(
    said: CustomerErased, unit: Unit, one: Forgetting, first: Callable[[Unit], None] = lambda unit: None,
) -> None:
    """Have ``one`` forget everything that is this customer's, each in a transaction of its own; repeating is harmless.

    ``first`` is done in the transaction after which nothing more is kept.
    """
    run(partial(_bury, said, first), unit.fresh)
    for kind, name in belongings(unit.store, said.customer_id):
        run(partial(_forget_one, said.customer_id, kind, name, one), unit.fresh)


def belongings(store: Store, customer_id: str) -> Iterator[tuple[str, str]]:
    """Kind and name of everything that is this customer's."""
    for row in store.query(f"CUSTOMER#{customer_id}", prefix=_LISTED, limit=_ALL):
        kind, _, name = row["sk"].removeprefix(_LISTED).partition("#")
        yield kind, name


def kept(store: Store, customer_id: str) -> dict[str, Any]:
    """How much of each kind is kept of this customer, and since when it is erased; for whoever decides about that."""
    tombstone = store.get([erased_key(customer_id)]).get(erased_key(customer_id), {})
    counted = Counter(kind for kind, _ in belongings(store, customer_id))
    return {"customer_id": customer_id, "erased_at": tombstone.get("at"), "kept": dict(sorted(counted.items()))}


def _bury(said: CustomerErased, first: Callable[[Unit], None], unit: Unit) -> None:
    first(unit)
    if not unit.item(erased_key(said.customer_id)):
        unit.put(erased_key(said.customer_id), {"at": said.at.isoformat()})


def _forget_one(customer_id: str, kind: str, name: str, one: Forgetting, unit: Unit) -> None:
    one(kind, name, unit)
    unit.delete(_listed_key(customer_id, kind, name))


def _listed_key(customer_id: str, kind: str, name: str) -> Key:
    return f"CUSTOMER#{customer_id}", f"{_LISTED}{kind}#{name}"
