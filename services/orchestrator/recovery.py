"""What this table forgot of a referral, as after a restore, is written down as it was said: no mail leaves twice."""

from services.orchestrator import asks, table
from services.orchestrator.contact import Contact
from services.orchestrator.forgotten import forgotten
from services.orchestrator.model import Referral
from services.orchestrator.remembering import Heard, may_have_left, remembered
from shared import persons
from shared.unit import Unit


def recover(heard: Heard, unit: Unit) -> Referral:
    """Nothing is announced: all of it was said before."""
    referral_id, customer_id = heard.prepared.referral_id, heard.prepared.customer_id
    unit.load([*table.reads_of_review(referral_id, customer_id), table.claim_key(referral_id)])
    before, contact = table.referral(unit, referral_id), table.contact(unit, referral_id)
    after = remembered(before, heard)
    if persons.erased(unit, customer_id):
        after = forgotten(after)
    if may_have_left(after):
        _claim(unit, after, contact)
    return after if after == before else table.saved(unit, after)


def _claim(unit: Unit, referral: Referral, contact: Contact | None) -> None:
    """The claim of a mail that may have left, where it was lost."""
    key = table.claim_key(referral.referral_id)
    if not unit.item(key):
        asked = asks.note(unit, referral.referral_id, contact, referral.claimed_at) if contact else []
        unit.put(key, {"at": asks.moment(referral.claimed_at), "asked": asked})
