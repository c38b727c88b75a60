"""What the API tells of a referral; review is blind: nothing of a draft in review tells by which version it is."""

from typing import Any

from services.orchestrator import findings, mail, way_out
from services.orchestrator.contact import Contact
from services.orchestrator.draft import Author, Draft
from services.orchestrator.model import Referral
from shared.writing.checks.findings import Finding
from shared.writing.company import Company

_LINE = {
    "referral_id", "customer_id", "created_at", "status", "reason", "attempts", "shown_at", "review", "waits_until", "claimed_at",
    "message_id", "settled_by",
}
_SEEN_BY_ALL = {"agent"}  # the name of the agent; everything else of an author tells versions apart
_MAKING = set(Draft.model_fields) - {"draft_id", "subject", "body", "edited_by", "findings", "code"}  # tells who wrote as well


def line(referral: Referral) -> dict[str, Any]:
    """A referral in a list, and as the answer to a command."""
    draft = referral.draft
    return {
        **referral.model_dump(mode="json", include=_LINE),
        **_author(referral),
        "draft_id": draft and draft.draft_id,
        "subject": draft and draft.subject,
        "edited": bool(draft and draft.edited_by),
        "content_hash": referral.content_hash,
        "feedback": referral.feedback.public(),
        **findings.counted(draft.findings if draft else ()),
    }


def page(referral: Referral, contact: Contact, found: list[Finding], company: Company) -> dict[str, Any]:
    """A referral with all that a reviewer needs: the mail, whom it goes to, its facts, and what is found in it."""
    return {
        **line(referral),
        **_text(referral),
        "sender": company.sender,
        "footer": mail.footer(company, way_out.SHOWN_TO_OTHERS),
        "recipient": contact.model_dump(mode="json", include={"email", "name"}),
        "facts": referral.prepared.model_dump(mode="json", exclude={"referral_id", "customer_id"}),
        "technician": contact.technician,
        "notes": contact.notes,
        "findings": [finding.model_dump() for finding in found],
    }


def _author(referral: Referral) -> dict[str, Any]:
    shown = _SEEN_BY_ALL if referral.blind else set(Author.model_fields)
    known = referral.author.model_dump(mode="json", include=shown) if referral.author else {}
    return dict.fromkeys(Author.model_fields) | known


def _text(referral: Referral) -> dict[str, Any]:
    if not referral.draft:
        return {"body": None}
    told = referral.draft.model_dump(mode="json", exclude={"draft_id", "subject", "findings"})
    return told | (dict.fromkeys(_MAKING) if referral.blind else {})
