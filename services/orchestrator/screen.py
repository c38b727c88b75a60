"""What a reviewer has on the screen: the queue, one draft with all that belongs to it, and who else has it open.

A review is two calls of the API, and each of them two of AWS: one read, one transaction. The second read of a decision, of
rows whose keys only the referral tells, goes with the first where this process has shown the draft.
"""

from datetime import datetime, timedelta
from typing import Any

from services.orchestrator import findings, table, views
from services.orchestrator.contact import Contact
from services.orchestrator.draft import Opened
from services.orchestrator.model import Referral, Status
from shared.clock import now
from shared.refusal import Unknown
from shared.store import Key, Store
from shared.unit import Unit
from shared.writing.company import Company
from shared.writing.examples import Knowledge

SIMILAR = 3  # the same for every version, so that their number tells none
_HELD = timedelta(minutes=5)
_RENEWED = timedelta(minutes=1)  # who comes back sooner is not written down again
_REMEMBERED = 500  # drafts that were shown of late
_foreseen: dict[str, list[Key]] = {}


def queue(store: Store, status: Status, after: str, limit: int) -> dict[str, Any]:
    """Drafts in one status, oldest first, and the cursor to those that follow."""
    found, at = table.queue(store, status, after, limit), now()
    lines = [views.line(referral) | {"opened_by": holder(referral, at)} for referral, _ in found]
    return {"drafts": lines, "next": found[-1][1] if found else None}


def shown(store: Store, referral_id: str, company: Company) -> dict[str, Any]:
    """One draft with all that a reviewer needs."""
    referral, contact = _found(store, referral_id)
    foresee(referral, contact)
    return _page(referral, contact, company)


def opened(unit: Unit, referral_id: str, by: str, company: Company) -> dict[str, Any]:
    """The same, and written down by whom and when, so that the seconds of a review count and others are warned."""
    unit.load([table.referral_key(referral_id), table.contact_key(referral_id)])
    before, contact = table.referral(unit, referral_id), table.contact(unit, referral_id)
    if not before or not contact:
        raise unknown(referral_id)
    foresee(before, contact)
    after = in_hands(before, by, unit.now())
    if after != before:
        table.saved(unit, after)
    return _page(after, contact, company)


def similar(store: Store, referral_id: str, knowledge: Knowledge) -> dict[str, Any]:
    """Approved mails for similar jobs, whether or not whoever wrote the draft was shown any."""
    referral, _ = _found(store, referral_id)
    found = knowledge.similar(referral.prepared, SIMILAR)
    kind = referral.prepared.service.type
    return {"examples": [{"text": one.text, "service_type": kind} for one in found.examples], "missing": found.missing}


def in_hands(referral: Referral, by: str, at: datetime) -> Referral:
    """Open at this person, unless another one has it."""
    if referral.status != "in_review" or holder(referral, at) not in (None, by):
        return referral.shown(at) if referral.status == "in_review" else referral
    known = referral.opened
    if known and known.by == by and at - known.at < _RENEWED and referral.shown_at:
        return referral
    return referral.shown(at).model_copy(update={"opened": Opened(by=by, at=at)})


def holder(referral: Referral, at: datetime) -> str | None:
    """Who has it open at this moment."""
    known = referral.opened
    return known.by if known and referral.status == "in_review" and at - known.at < _HELD else None


def foresee(referral: Referral, contact: Contact) -> None:
    """Remember what a decision on this draft will ask for; only what to read together, never what was read."""
    if len(_foreseen) >= _REMEMBERED:
        _foreseen.clear()
    _foreseen[referral.referral_id] = table.reads_of_decision(referral, contact)


def reads(referral_id: str) -> list[Key]:
    """What a command about this draft is worth reading at once."""
    own = [table.referral_key(referral_id), table.contact_key(referral_id)]
    return own + _foreseen.get(referral_id, [])


def unknown(referral_id: str) -> Unknown:
    return Unknown(f"There is no draft of referral {referral_id!r}.")


def _found(store: Store, referral_id: str) -> tuple[Referral, Contact]:
    found = table.find(store, referral_id)
    if not found:
        raise unknown(referral_id)
    return found


def _page(referral: Referral, contact: Contact, company: Company) -> dict[str, Any]:
    held = {"opened_by": holder(referral, now())}
    return views.page(referral, contact, findings.of(referral, contact, company), company) | held
