"""How the feature store forgets a person: sums and counts stay, under an id that leads nowhere any more."""

from collections.abc import Sequence
from functools import partial

from services.features import table
from shared.commit import run
from shared.events.upstream import CustomerErased
from shared.store import Key
from shared.unit import Unit

_TOGETHER = 40  # versions in one transaction, each with the row in the outbox that told of it


def forget(said: CustomerErased, unit: Unit) -> None:
    """First the customer, whom jobs are only counted for from then on; then all earlier versions, some at a time."""
    run(partial(_forget_customer, said.customer_id), unit.fresh)
    versions = table.version_keys(unit.store, said.customer_id)
    for start in range(0, len(versions), _TOGETHER):
        run(partial(_forget_versions, versions[start : start + _TOGETHER]), unit.fresh)


def _forget_customer(customer_id: str, unit: Unit) -> None:
    known = table.customer(unit, customer_id)
    if not known.erased:
        table.replace(unit, known.forgotten())


def _forget_versions(keys: Sequence[Key], unit: Unit) -> None:
    unit.load(keys)
    for key in keys:
        table.forget_version(unit, key)
