"""Table Referrals: referrals, whom they go to, and who may not be written to; agents.py has its part about agents."""

from services.orchestrator import agents, asks
from services.orchestrator.contact import Contact
from services.orchestrator.draft import Author
from services.orchestrator.forgotten import forgotten
from services.orchestrator.model import Referral, Status
from services.orchestrator.seal import seal
from shared import persons
from shared.events.upstream import CustomerOptedOut, ServiceCompleted
from shared.store import Item, Key, Store
from shared.unit import Unit

def referral_key(referral_id: str) -> Key:
    return f"REFERRAL#{referral_id}", "STATE"


def contact_key(referral_id: str) -> Key:
    return f"REFERRAL#{referral_id}", "CONTACT"


def claim_key(referral_id: str) -> Key:
    """Stands from before a mail is handed over, for ever, unless it certainly did not leave."""
    return f"REFERRAL#{referral_id}", "SEND"


def suppressions(customer_id: str, email: str | None = None) -> list[Key]:
    """Stand once this customer, or whoever has this address, wants no more mail."""
    whose = [f"CUSTOMER#{customer_id}"]
    if email:
        whose.append(f"ADDRESS#{seal('suppression', email.lower())}")
    return [(pk, "SUPPRESSED") for pk in whose]


def reads_of_review(referral_id: str, customer_id: str) -> list[Key]:
    own = [referral_key(referral_id), contact_key(referral_id), persons.erased_key(customer_id)]
    return [*own, *suppressions(customer_id)]


def reads_of_draft(referral_id: str, customer_id: str, agent: str) -> list[Key]:
    return [*reads_of_review(referral_id, customer_id), *agents.reads_of_choice(agent)]


def load_what_follows(unit: Unit, contact: Contact, author: Author | None) -> None:
    """Whose keys only what was read before could tell."""
    chosen = agents.reads_of_author(author, contact.customer_id) if author else []
    unit.load([*suppressions(contact.customer_id, contact.email), *asks.asked_keys(contact), *chosen])


def reads_of_decision(referral: Referral, contact: Contact) -> list[Key]:
    known = [*suppressions(contact.customer_id, contact.email), *asks.asked_keys(contact)]
    return [*known, *agents.reads_of_fall(referral.author)]


def load_for_decision(unit: Unit, referral: Referral, contact: Contact) -> None:
    unit.load(reads_of_decision(referral, contact))


def reads_of_contact(job: ServiceCompleted) -> list[Key]:
    return [contact_key(job.correlation()), persons.erased_key(job.customer.customer_id)]


def keep_contact(unit: Unit, job: ServiceCompleted) -> None:
    if persons.erased(unit, job.customer.customer_id):
        return
    unit.once(contact_key(job.correlation()), Contact.of(job).model_dump(mode="json"))
    persons.own(unit, job.customer.customer_id, "referral", job.correlation())


def forget_contact(unit: Unit, referral_id: str) -> None:
    """Whose it was is gone; that this address wants no more mail stays, as a hash."""
    known = contact(unit, referral_id)
    if not known:
        return
    person, address = suppressions(known.customer_id, known.email)
    unit.load([person, address])
    if not unit.item(address):
        unit.put(address, {"at": unit.item(person)["at"]})
    unit.delete(contact_key(referral_id))


def contact(unit: Unit, referral_id: str) -> Contact | None:
    item = unit.item(contact_key(referral_id))
    return Contact.model_validate(item) if item else None


def suppress(unit: Unit, said: CustomerOptedOut) -> None:
    """The earliest of several opt-outs stays, in whatever order they arrive."""
    at = asks.moment(said.at)
    for key in suppressions(said.customer_id, said.email):
        before = unit.item(key)
        if not before or at < before["at"]:
            unit.put(key, {"at": at})


def opted_out(unit: Unit, contact: Contact) -> bool:
    return any(unit.item(key) for key in suppressions(contact.customer_id, contact.email))


def referral(unit: Unit, referral_id: str) -> Referral | None:
    item = unit.item(referral_key(referral_id))
    return Referral.model_validate(item) if item else None


def saved(unit: Unit, referral: Referral) -> Referral:
    """The referral is this from now on; what was forgotten while a mail was on its way stays forgotten."""
    stored = unit.item(referral_key(referral.referral_id)) or {}
    if (stored.get("draft") or {}).get("erased_hash"):
        referral = forgotten(referral)
    unit.put(referral_key(referral.referral_id), _item(referral))
    return referral


def claim(unit: Unit, referral: Referral, contact: Contact) -> Referral:
    """The right to send, together with the proof that nobody has opted out or was asked otherwise at that moment."""
    asked = asks.note(unit, referral.referral_id, contact)
    unit.once(claim_key(referral.referral_id), {"at": unit.now().isoformat(), "asked": asked})
    for key in suppressions(contact.customer_id, contact.email):
        unit.require(key)
    return saved(unit, referral)


def released(unit: Unit, referral: Referral) -> Referral:
    """The right to send is given back, for the mail certainly did not leave."""
    claimed = unit.item(claim_key(referral.referral_id)) or {}
    asks.take_back(unit, referral.referral_id, claimed.get("asked", []))
    unit.delete(claim_key(referral.referral_id))
    return saved(unit, referral)


def find(store: Store, referral_id: str) -> tuple[Referral, Contact] | None:
    """A referral and whom it goes to, as they are now."""
    keys = referral_key(referral_id), contact_key(referral_id)
    stored = store.get(keys)
    found = [stored.get(key) for key in keys]
    return (Referral.model_validate(found[0]), Contact.model_validate(found[1])) if all(found) else None


def queue(store: Store, status: Status, after: str, limit: int) -> list[tuple[Referral, str]]:
    """Referrals in this status, oldest first, each with the cursor that leads to the next."""
    rows = store.query(f"STATUS#{status}", after=after, limit=limit, index="queue")
    return [(Referral.model_validate(row), row["queue_sk"]) for row in rows]


def _item(referral: Referral) -> Item:
    place = f"{asks.moment(referral.created_at)}#{referral.referral_id}"
    return referral.model_dump(mode="json") | {"queue_pk": f"STATUS#{referral.status}", "queue_sk": place}
