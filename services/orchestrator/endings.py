"""How a referral ends of which nothing is sent, and what there is to know before that is decided."""

from services.orchestrator import announcements, asks, table
from services.orchestrator.contact import Contact
from services.orchestrator.gates import Case, Reason
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms
from shared.unit import Unit


def case(unit: Unit, referral: Referral, contact: Contact, terms: Terms) -> Case:
    """What the gates are to know of a referral and its customer."""
    asked = asks.asked_at(unit, contact)
    return Case(referral, contact, table.opted_out(unit, contact), asked, terms, unit.now())


def ended(unit: Unit, referral: Referral, reason: Reason) -> Referral:
    """Nothing will be sent, and everybody is told why."""
    after = table.saved(unit, referral.expired() if reason == "expired" else referral.suppressed(reason))
    unit.announce(announcements.ended(after), about=after.referral_id)
    return after
