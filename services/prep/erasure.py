"""How data preparation forgets a person: halves and what was joined, what lies in quarantine, what came by webhook."""

from services.prep import table, webhook_table
from shared import persons
from shared.events.upstream import CustomerErased
from shared.store import outbox_key
from shared.unit import Unit


def forget(said: CustomerErased, unit: Unit) -> None:
    """Everything that is listed under this customer goes, and what is on its way to the bus with it."""
    persons.forget(said, unit, one=_forget_one)


def _forget_one(kind: str, name: str, unit: Unit) -> None:
    if kind == table.JOINED:
        row = unit.item(table.join_key(name)) or {}
        unit.delete(table.join_key(name))
        unit.delete(outbox_key(row.get("event_id", "")))
    elif kind == webhook_table.TOLD:
        unit.delete(outbox_key(name))
    elif known := table.case(unit, name):
        table.save_case(unit, known.erased(unit.now()))
        unit.delete(table.content_key(name))
        unit.delete(outbox_key(known.retried_as))
