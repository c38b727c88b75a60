"""What is found in a draft before a person sees it, once more before it is approved, and before it leaves; pure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from services.orchestrator import mail
from services.orchestrator.contact import Contact
from services.orchestrator.impossible import NotPossible
from services.orchestrator.model import Referral
from shared.writing.checks.findings import SOFT, Finding, findings
from shared.writing.checks.given import Given
from shared.writing.checks.words import Text
from shared.writing.company import Company
from shared.writing.content import Content

_NO_ADDRESS = "The mail lacks the company's postal address: set postal_address in infra/accounts.toml, and deploy."
_NO_WAY_OUT = "The mail does not say how to stop them: set unsubscribe_mailto in infra/accounts.toml, and deploy."


class HardFindings(NotPossible):
    """An approval is refused for these."""

    def __init__(self, found: Sequence[Finding]) -> None:
        codes = ", ".join(dict.fromkeys(finding.code for finding in found))
        super().__init__("hard_findings", f"This can't be approved as it is ({codes}): edit the draft, or reject it.")
        self.details = {"findings": [finding.model_dump() for finding in found]}


def of(referral: Referral, contact: Contact | None, company: Company) -> list[Finding]:
    """Everything that today's rules find in the draft as it is, and in the mail that it would become."""
    draft = referral.draft
    if not contact or not draft or not draft.body:  # what is erased has no text
        return []
    given = Given.of(referral.prepared, contact, company, contact.name)
    content = Content.model_construct(subject=draft.subject, body=draft.body)
    letter = mail.compose(content, contact.email, referral.referral_id, company)
    return [*_in_words(Text(draft.subject, draft.body), given), *_of_mail(letter["Content"]["Simple"], company)]


def hard(referral: Referral, contact: Contact | None, company: Company) -> list[Finding]:
    """What keeps the draft from leaving."""
    return [finding for finding in of(referral, contact, company) if finding.severity == "hard"]


def noted(referral: Referral, contact: Contact | None, company: Company) -> Referral:
    """The referral with the codes of what is found in its draft, one for each finding."""
    codes = tuple(finding.code for finding in of(referral, contact, company))
    return referral.model_copy(update={"draft": referral.draft and referral.draft.model_copy(update={"findings": codes})})


def counted(codes: Sequence[str]) -> dict[str, int]:
    """How many of these codes keep a draft from leaving, and how many only point at something."""
    soft = sum(code in SOFT for code in codes)
    return {"hard_findings": len(codes) - soft, "soft_findings": soft}


@lru_cache(maxsize=16)
def _in_words(draft: Text, given: Given) -> tuple[Finding, ...]:
    """The same draft is looked at when it is opened and again when somebody decides on it."""
    return tuple(findings(draft, given))


def _of_mail(simple: dict[str, Any], company: Company) -> Iterator[Finding]:
    """What the law wants in the mail as it is handed over, in both of its parts."""
    texts = [simple["Body"]["Text"]["Data"], simple["Body"]["Html"]["Data"]]
    address, way_out = company.postal_address.strip(), company.unsubscribe_mailto.strip()
    headers = {header["Name"]: header["Value"] for header in simple.get("Headers", [])}
    listed = headers.get("List-Unsubscribe", "")
    if not _in_all(address, texts):
        yield Finding(code="no_postal_address", severity="hard", message=_NO_ADDRESS, field="mail")
    if not _in_all(way_out, [*texts, listed]) or not _one_click(headers):
        yield Finding(code="no_unsubscribe", severity="hard", message=_NO_WAY_OUT, field="mail")


def _one_click(headers: dict[str, str]) -> bool:
    """As RFC 8058 wants it: a link first, and that a program may follow it by itself."""
    link = headers.get("List-Unsubscribe", "").startswith("<https://")
    return link and headers.get("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"


def _in_all(words: str, texts: list[str]) -> bool:
    return bool(words) and all(words in text or escape(words) in text for text in texts)
