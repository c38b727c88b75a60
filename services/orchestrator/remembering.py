"""What others heard of a referral that this table forgot, as after a restore from a backup: no mail leaves twice.

The event log has ids, hashes and numbers, and never the words of a draft. Pure.
"""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from services.orchestrator.draft import Author, Draft, Review
from services.orchestrator.model import Referral, Status
from shared.events.orchestrator import ReferralDrafted, ReferralReviewed
from shared.events.prep import ReferralPrepared

RESTORED = "restored"  # why a referral failed whose words are gone; it can be drafted anew
_AGAIN = ("in_review", "failed")
_IN_DOUBT = ("approved", "sending")  # the mail may have left


class Heard(BaseModel):
    """What was said last of each kind; ``status`` is what became of it by that, ``at`` is when."""

    status: Status
    at: AwareDatetime
    prepared: ReferralPrepared
    drafted: ReferralDrafted | None = None
    reviewed: ReferralReviewed | None = None
    message_id: str | None = None


def remembered(before: Referral | None, heard: Heard) -> Referral:
    """The referral as it was when it was said; one that was approved may have left, and a person finds out."""
    if before and _knows_better(before, heard):
        return before
    known = _decided(before, heard) if before and _has_the_words(before, heard) else _wordless(before, heard)
    if heard.status == "in_review" and known.draft and not known.draft.hash_without_words:
        return known.model_copy(update={"status": "in_review", "review": None, "waits_until": None})
    if heard.status in _AGAIN:
        return known.failed(RESTORED)
    return known.claimed(heard.at) if heard.status in _IN_DOUBT else _ended(known, heard)


def may_have_left(referral: Referral) -> bool:
    """Whether nobody may send it any more without a person who found out that it never left."""
    return referral.status in ("sent", "sending")


def _knows_better(before: Referral, heard: Heard) -> bool:
    """What left, or may have, is not taken back by a log that is behind."""
    if before.status == "sending":
        return heard.status != "sent"
    return before.status == "sent" or before.status == heard.status != "approved"


def _ended(known: Referral, heard: Heard) -> Referral:
    ends: dict[str, Any] = {"status": heard.status, "waits_until": None}
    left = {"message_id": heard.message_id, "claimed_at": heard.at} if heard.status == "sent" else {}
    return known.model_copy(update=ends | left)


def _decided(before: Referral, heard: Heard) -> Referral:
    return before.model_copy(update={"review": _review(heard) or before.review})


def _has_the_words(before: Referral, heard: Heard) -> bool:
    said = heard.reviewed or heard.drafted
    return bool(said and before.draft and before.content_hash == said.content_hash)


def _wordless(before: Referral | None, heard: Heard) -> Referral:
    """With what is known of its draft: by whom it is, its hash, and what a person decided."""
    known = before or Referral.of(heard.prepared, heard.at)
    drafted = heard.drafted
    if not drafted:
        return known.model_copy(update={"draft": None, "review": None})
    hashed = (heard.reviewed or drafted).content_hash
    told = drafted.model_dump(include=set(Draft.model_fields) - {"examples"})
    draft = Draft.model_validate(told | {"subject": "", "body": "", "lost_hash": hashed})
    author = Author.model_validate(drafted.model_dump(include=set(Author.model_fields)))
    return known.model_copy(update={"draft": draft, "author": author, "drafted_at": heard.at, "review": _review(heard)})


def _review(heard: Heard) -> Review | None:
    said = heard.reviewed
    return Review(at=heard.at, **said.model_dump(include=set(Review.model_fields) - {"at"})) if said else None
