"""What a person decides about a draft: an edit, an approval or a rejection, and what keeps it from being one."""

from services.orchestrator import agents, announcements, findings, recall, table
from services.orchestrator.draft import Review
from services.orchestrator.model import Referral
from services.orchestrator.words import Edit
from shared.unit import Unit
from shared.writing.company import Company


def edited(before: Referral, asked: Edit, unit: Unit, company: Company) -> Referral:
    """Another text, in which everything is looked for anew."""
    after = before.edited(asked.content_hash, asked, asked.reviewer)
    return table.saved(unit, findings.noted(after, table.contact(unit, before.referral_id), company))


def decided(before: Referral, review: Review, unit: Unit, company: Company) -> Referral:
    """Decided, or suppressed or withdrawn where that is how it must end; raises HardFindings, which can't be approved."""
    after = before.decided(review)
    table.load_for_decision(unit, before)
    contact = table.contact(unit, before.referral_id)
    if review.decision == "approved" and contact and table.opted_out(unit, contact):
        suppressed = before.suppressed("opted_out")
        unit.announce(announcements.suppressed(suppressed))
        return table.saved(unit, suppressed)
    if agents.fallen(unit, before.author):
        return recall.withdrawn(unit, before)
    if review.decision == "approved" and (found := findings.hard(before, contact, company)):
        raise findings.HardFindings(found)
    unit.announce(announcements.reviewed(after))
    return table.saved(unit, after)
