"""Table Referrals, its part about when customers were asked, and which mails wait for their time."""

from datetime import UTC, datetime, timedelta

from services.orchestrator.contact import Contact
from services.orchestrator.seal import seal
from shared.store import Key, Store
from shared.unit import Unit

_KEPT = timedelta(days=800)  # longer than any account waits between two asks
_DUE = "DUE"


def asked_keys(contact: Contact) -> list[Key]:
    """What this customer, and whoever has this address, was asked last."""
    address = f"ADDRESS#{seal('suppression', contact.email.lower())}"
    return [(f"CUSTOMER#{contact.customer_id}", "ASKED"), (address, "ASKED")]


def asked_at(unit: Unit, contact: Contact) -> datetime | None:
    """When this customer or this address was asked the last time."""
    rows = [row for key in asked_keys(contact) if (row := unit.item(key))]
    return max((datetime.fromisoformat(row["at"]) for row in rows), default=None)


def note(unit: Unit, referral_id: str, contact: Contact, at: datetime | None = None) -> list[str]:
    """Asked now, or at a moment; refused where somebody else asked since this was read. Answers whose rows say so."""
    now, keys = at or unit.now(), asked_keys(contact)
    for key in keys:
        said = {"at": now.isoformat(), "referral_id": referral_id, "expires_at": int((now + _KEPT).timestamp())}
        unit.put(key, said)
    return [pk for pk, _ in keys]


def take_back(unit: Unit, referral_id: str, whose: list[str]) -> None:
    """The mail of this referral did not leave, so nobody was asked."""
    for key in ((pk, "ASKED") for pk in whose):
        if (unit.item(key) or {}).get("referral_id") == referral_id:
            unit.delete(key)


def wait(unit: Unit, referral_id: str, until: datetime) -> None:
    """A mail is to be looked at again at this moment."""
    unit.put(_due_key(referral_id), {"queue_pk": _DUE, "queue_sk": f"{moment(until)}#{referral_id}"})


def due(store: Store, now: datetime, limit: int) -> list[str]:
    """The referrals whose mails waited long enough, those first that should have left first."""
    rows = store.query(_DUE, index="queue", limit=limit)
    return [str(row["queue_sk"]).partition("#")[2] for row in rows if row["queue_sk"] < moment(now)]


def woken(unit: Unit, referral_id: str) -> bool:
    """Whether it still waited; from this commit on it does not."""
    waited = unit.item(_due_key(referral_id)) is not None
    if waited:
        unit.delete(_due_key(referral_id))
    return waited


def moment(at: datetime) -> str:
    """In the form whose order is the order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _due_key(referral_id: str) -> Key:
    return f"REFERRAL#{referral_id}", _DUE
