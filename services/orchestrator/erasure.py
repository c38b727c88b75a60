"""How the orchestrator forgets a person: whom it wrote to and what, but not that this person wants no more mail."""

from services.orchestrator import announcements, table
from services.orchestrator.forgotten import forgotten
from services.orchestrator.model import Referral
from shared import persons
from shared.events.upstream import CustomerErased
from shared.unit import Unit


def forget(said: CustomerErased, unit: Unit) -> None:
    """From the first commit on nothing leaves and nothing more is kept; then referral by referral is forgotten."""
    persons.forget(said, unit, one=_forget_referral, first=lambda first: table.suppress(first, said))


def end_here(unit: Unit, referral: Referral) -> Referral:
    """Tell everybody of a referral that was ended because its customer is erased."""
    if referral.status == "suppressed":
        unit.announce(announcements.suppressed(referral), about=referral.referral_id)
    return referral


def _forget_referral(kind: str, referral_id: str, unit: Unit) -> None:
    unit.load([table.referral_key(referral_id), table.contact_key(referral_id)])
    table.forget_contact(unit, referral_id)
    before = table.referral(unit, referral_id)
    if not before:
        return
    after = table.saved(unit, forgotten(before))
    if after.status != before.status:
        end_here(unit, after)
