"""The orchestrator in its own words: how far each referral came, and who wants no more mail."""

from typing import Any

from services.orchestrator import reactions, table
from shared import persons
from shared.app import Routes
from shared.events import orchestrator as said_of
from shared.events import upstream
from shared.unit import Unit

_STATUS = {
    said_of.ReferralDrafted: "in_review", said_of.DraftFailed: "failed", said_of.SendFailed: "failed", said_of.ReferralSent: "sent",
    said_of.DraftWithdrawn: "withdrawn", said_of.DraftExpired: "expired", said_of.ReferralSuppressed: "suppressed",
    said_of.ReferralReviewed: "",  # as it was decided
}
routes = Routes("orchestrator")
heard = Routes("orchestrator", known={n: r for n, r in reactions.follow.routes.items() if n != "ReferralBooked"})


@routes.fold(said_of.ReferralDrafted, inbox=False)
@routes.fold(said_of.DraftFailed, inbox=False)
@routes.fold(said_of.ReferralReviewed, inbox=False)
@routes.fold(said_of.ReferralSent, inbox=False)
@routes.fold(said_of.SendFailed, inbox=False)
@routes.fold(said_of.DraftWithdrawn, inbox=False)
@routes.fold(said_of.DraftExpired, inbox=False)
@routes.fold(said_of.ReferralSuppressed, inbox=False)
def became(said: Any, unit: Unit) -> None:
    """The status after what was said last, in whatever order it comes."""
    key, at = (f"REFERRAL#{said.referral_id}", "STATE"), unit.cause.occurred_at.isoformat()
    before = unit.item(key) or {}
    if before.get("said_at", "") <= at:
        message_id = getattr(said, "message_id", None) or before.get("message_id")
        status = _STATUS[type(said)] or said.decision
        unit.put(key, {"customer_id": said.customer_id, "status": status, "message_id": message_id, "said_at": at})


@routes.fold(said_of.CustomerOptedOut, inbox=False)
def unsubscribed(said: said_of.CustomerOptedOut, unit: Unit) -> None:
    _suppress(unit, said.customer_id)


@routes.fold(said_of.ReferralComplained, inbox=False)
def complained(said: said_of.ReferralComplained, unit: Unit) -> None:
    _suppress(unit, said.customer_id)


@routes.fold(said_of.ReferralBounced, inbox=False)
def bounced(said: said_of.ReferralBounced, unit: Unit) -> None:
    if said.kind == "permanent":
        _suppress(unit, said.customer_id)


@heard.fold(upstream.CustomerOptedOut, inbox=False)
def opted_out(said: upstream.CustomerOptedOut, unit: Unit) -> None:
    _suppress(unit, said.customer_id)


@heard.fold(upstream.CustomerErased, inbox=False)
def forget(said: upstream.CustomerErased, unit: Unit) -> None:
    persons.forget(said, unit, _forget_contact, first=lambda first: _suppress(first, said.customer_id))


def _suppress(unit: Unit, customer_id: str) -> None:
    """The person; the hash of the address is made with the account's secret, which stays in the account."""
    [person] = table.suppressions(customer_id)
    if not unit.item(person):
        unit.put(person, {"at": unit.cause.occurred_at.isoformat()})


def _forget_contact(kind: str, name: str, unit: Unit) -> None:
    unit.delete(table.contact_key(name))
