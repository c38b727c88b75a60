"""Table Preparation: which messages came by webhook, and whose facts they brought into the outbox."""

from datetime import timedelta

from shared import persons
from shared.store import Key, Store
from shared.unit import Unit

TOLD = "told"  # what is listed under a person: an event in the outbox
_MESSAGE_KEPT = timedelta(days=30)  # longer than any sender goes on trying
_OUTBOX_KEPT = timedelta(days=7)


def message_key(message_id: str) -> Key:
    return f"WEBHOOK#{message_id}", "INBOX"


def receive_once(unit: Unit, message_id: str, sha256: str) -> None:
    """The proof that this message came; raises Duplicate where one with its id came before."""
    unit.once(message_key(message_id), {"sha256": sha256, "expires_at": _after(unit, _MESSAGE_KEPT)})


def received(store: Store, message_id: str) -> str:
    """The hash of the body that came under this id."""
    key = message_key(message_id)
    return str(store.get([key]).get(key, {}).get("sha256", ""))


def is_told_by(unit: Unit, customer_id: str, event_id: str) -> None:
    """This event in the outbox is about this customer, as long as it is there."""
    persons.own(unit, customer_id, TOLD, event_id, expires_at=_after(unit, _OUTBOX_KEPT))


def _after(unit: Unit, kept: timedelta) -> int:
    return int((unit.now() + kept).timestamp())
