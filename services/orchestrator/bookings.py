"""Table Referrals, its part about codes: to which mail each belongs, and who bought with it."""

from services.orchestrator import afterwards, codes, table
from services.orchestrator.draft import Draft
from shared.events.upstream import ReferralBooked
from shared.observe import Observer
from shared.store import Key
from shared.unit import Unit
from shared.writing.company import Company
from shared.writing.content import BODY

_LEFT = ("sending", "sent")


def code_key(code: str) -> Key:
    return f"CODE#{code}", "REFERRAL"


def booked_key(code: str, event_id: str) -> Key:
    """Stands for ever once this purchase counted."""
    return f"CODE#{code}", f"BOOKED#{event_id}"


def reads(said: ReferralBooked) -> list[Key]:
    code = codes.understood(said.referral_code)
    return [code_key(code), booked_key(code, said.metadata().event_id)]


def coded(unit: Unit, referral_id: str, draft: Draft, company: Company) -> Draft:
    """The draft with the referral's code in its link, so that a person approves the mail as it will leave."""
    code = codes.code_of(referral_id)
    body = codes.linked(draft.body, company.referral_url, code)
    if body == draft.body or len(body) > BODY[1] or not _own(unit, referral_id, code):
        return draft
    return draft.model_copy(update={"body": body, "code": code})


def book(said: ReferralBooked, unit: Unit) -> None:
    """A purchase counts once, for the mail with this code; a code that never left with a mail counts for nobody."""
    code = codes.understood(said.referral_code)
    known = unit.item(code_key(code))
    referral = table.referral(unit, known["referral_id"]) if known else None
    if not referral or referral.status not in _LEFT or referral.draft.code != code:
        return _tell("CodesUnknown")
    unit.once(booked_key(code, unit.cause.event_id))
    unit.announce(afterwards.converted(referral, said))


def _own(unit: Unit, referral_id: str, code: str) -> bool:
    """Whether the code is this referral's; two may have the same by a chance of one in many millions."""
    known = unit.item(code_key(code))
    if not known:
        unit.put(code_key(code), {"referral_id": referral_id})
    return not known or known["referral_id"] == referral_id


def _tell(what: str) -> None:
    observer = Observer("orchestrator")
    observer.count(what)
    observer.flush()
