"""What a person decides about a draft: an edit, an approval or a rejection, and what keeps it from being one."""

from services.orchestrator import agents, announcements, doubt, endings, erasure, findings, gates, recall, table
from services.orchestrator.draft import Review
from services.orchestrator.gates import Reason
from services.orchestrator.impossible import NotPossible
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms
from services.orchestrator.words import Edit, Finding
from shared.unit import Unit
from shared.writing.company import Company

OVERTAKEN = {  # what became of a draft instead of what a person decided, and what to tell that person
    "opted_out": ("opted_out", "The customer wants no more mail: this draft is suppressed, nothing is sent."),
    "no_consent": ("no_consent", "The customer did not agree to mails: this draft is suppressed, nothing is sent."),
    "asked_recently": (
        "asked_recently", "The customer got such a mail not long ago: this draft is suppressed, nothing is sent.",
    ),
    "withdrawn": (
        "version_withdrawn",
        "The version that wrote this draft was taken back, and the draft with it: nothing is sent. "
        "Another one follows; look again later.",
    ),
}


def edited(before: Referral, asked: Edit, unit: Unit, company: Company) -> Referral:
    """Another text, in which everything is looked for anew."""
    after = before.edited(asked.content_hash, asked, asked.reviewer)
    return table.saved(unit, findings.noted(after, table.contact(unit, before.referral_id), company))


def decided(before: Referral, review: Review, unit: Unit, terms: Terms) -> Referral:
    """Decided, or suppressed or withdrawn where that is how it must end; raises NotPossible for what can't be approved."""
    after, contact = before.decided(review), table.contact(unit, before.referral_id)
    if contact:
        table.load_for_decision(unit, before, contact)
    if contact and review.decision == "approved" and (reason := gates.too_late(endings.case(unit, before, contact, terms))):
        return _refused(before, reason, unit, terms)
    if agents.fallen(unit, before.author):
        return recall.withdrawn(unit, before)
    if review.decision == "approved" and (found := findings.hard(before, contact, terms.company)):
        raise findings.HardFindings(found)
    unit.announce(announcements.reviewed(after))
    return table.saved(unit, after)


def settled(before: Referral, asked: Finding, unit: Unit) -> Referral:
    """What a person found out about a mail in doubt; one that never left is reviewed again, or withdrawn with its version."""
    settled = doubt.settled(before, asked.message_id, asked.reviewer, unit.now())
    if settled.status == "sent":
        unit.announce(announcements.sent(settled))
        return table.saved(unit, settled)
    again = erasure.end_here(unit, table.released(unit, settled))
    return recall.withdrawn(unit, again) if again.status == "in_review" and agents.fallen(unit, again.author) else again


def _refused(before: Referral, reason: Reason, unit: Unit, terms: Terms) -> Referral:
    if reason == "expired":  # it is told by the next round
        days = terms.mailing.draft_days
        raise NotPossible("expired", f"This draft waited longer than {days} days: nothing is sent so late after a job.")
    return endings.ended(unit, before, reason)
