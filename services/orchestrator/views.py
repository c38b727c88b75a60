"""What the API tells of a referral."""

from typing import Any

from services.orchestrator.contact import Contact
from services.orchestrator.model import Referral

_NO_AUTHOR = {"agent": None, "version": None, "config_hash": None, "arm": None, "share": None, "rollout_id": None, "counts": False}
_LINE = {
    "referral_id", "customer_id", "created_at", "status", "reason", "attempts", "shown_at", "review", "claimed_at",
    "message_id", "settled_by",
}


def line(referral: Referral) -> dict[str, Any]:
    """A referral in a list, and as the answer to a command."""
    draft, author = referral.draft, referral.author
    return {
        **referral.model_dump(mode="json", include=_LINE),
        **(author.model_dump(mode="json") if author else _NO_AUTHOR),
        "draft_id": draft and draft.draft_id,
        "subject": draft and draft.subject,
        "edited": bool(draft and draft.edited_by),
        "content_hash": referral.content_hash,
    }


def page(referral: Referral, contact: Contact) -> dict[str, Any]:
    """A referral with all that a reviewer needs: the text, whom it goes to, and the facts it was written from."""
    draft = referral.draft
    return {
        **line(referral),
        **(draft.model_dump(mode="json", exclude={"draft_id", "subject"}) if draft else {"body": None}),
        "recipient": contact.model_dump(mode="json", include={"email", "name"}),
        "facts": referral.prepared.model_dump(mode="json", exclude={"referral_id", "customer_id"}),
        "technician": contact.technician,
        "notes": contact.notes,
    }
