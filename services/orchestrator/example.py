"""What of an approved mail may be shown to those who write the next ones: its words, and nobody's name; pure."""

import re
from collections.abc import Iterator

from services.orchestrator.codes import unlinked
from services.orchestrator.contact import Contact
from services.orchestrator.model import Referral
from shared.events.orchestrator import ReferralReviewed
from shared.writing.checks.findings import failed, fatal
from shared.writing.checks.given import Given
from shared.writing.checks.words import Text
from shared.writing.company import Company

_APPROVED = ("approved", "sending", "sent")
_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "herr", "frau", "and", "und"})


def approved(referral: Referral, said: ReferralReviewed) -> bool:
    """Whether a person approved exactly these words and nobody took them back since; the event proves nothing."""
    review = referral.review
    return (
        referral.status in _APPROVED and review is not None and review.decision == "approved"
        and review.content_hash == said.content_hash == referral.content_hash
    )


def text(referral: Referral, contact: Contact, company: Company) -> str | None:
    """Subject and body with placeholders for names; None where the mail has something that no mail should have."""
    draft = referral.draft
    if not draft or not draft.body:
        return None
    given = Given.of(referral.prepared, contact, company)
    if any(fatal(failed(Text(draft.subject, draft.body), given))):
        return None
    body = unlinked(draft.body, company.referral_url, draft.code) if draft.code else draft.body
    return _anonymous(f"Subject: {draft.subject}\n\n{body}", list(_names(referral, contact, company)))


def _names(referral: Referral, contact: Contact, company: Company) -> Iterator[tuple[str, str]]:
    """Names and what stands for them; the company's own words are nobody's name, even where a customer has them."""
    given = referral.prepared.given_name
    if contact.name:
        yield contact.name, "[given name]"
    if given:
        yield given, "[given name]"
    if contact.technician:
        yield contact.technician, "[technician]"
    ours = {word.lower() for word in _WORD.findall(f"{company.name} {company.signature} {company.offer}")} | _TITLES
    for whole, instead in ((contact.name, "[name]"), (contact.technician, "[technician]")):
        yield from ((word, instead) for word in _WORD.findall(whole or "") if word.lower() not in ours)


def _anonymous(text: str, names: list[tuple[str, str]]) -> str:
    """As names are written, so that the name Will leaves the word will alone."""
    for name, instead in names:
        spelled = "|".join(re.escape(one) for one in dict.fromkeys((name, name.title(), name.upper())))
        text = re.sub(rf"(?<![\w\[])(?:{spelled})(?!\w)", instead, text)
    return text
