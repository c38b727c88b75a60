"""What is announced of a mail after it left: what the provider says of it, and what a friend bought; ids and numbers only."""

from typing import Any

from services.orchestrator.feedback import Fate
from services.orchestrator.model import Referral
from shared.events import Event
from shared.events.orchestrator import (
    ReferralBounced, ReferralClicked, ReferralComplained, ReferralConverted, ReferralDelayed, ReferralDelivered,
    ReferralOpened,
)
from shared.events.upstream import ReferralBooked

_FATES: dict[Fate, tuple[type[Event], dict[str, str]]] = {
    "delivered": (ReferralDelivered, {}),
    "delayed": (ReferralDelayed, {}),
    "bounced": (ReferralBounced, {"kind": "permanent"}),
    "bounced_softly": (ReferralBounced, {"kind": "transient"}),
    "refused": (ReferralBounced, {"kind": "refused"}),
    "complained": (ReferralComplained, {}),
    "opened": (ReferralOpened, {}),
    "clicked": (ReferralClicked, {}),
}


def became(referral: Referral, fate: Fate) -> Event:
    """What the provider said, in our words."""
    contract, known = _FATES[fate]
    heard = referral.feedback.heard[fate]
    said = _ids(referral) | {"message_id": referral.message_id, "at": heard.at, "code": heard.code} | known
    return contract.model_validate({name: value for name, value in said.items() if name in contract.model_fields})


def converted(referral: Referral, said: ReferralBooked) -> ReferralConverted:
    paid = said.amount
    return ReferralConverted(
        **_ids(referral), **referral.author.model_dump(exclude={"config_hash"}), content_hash=referral.content_hash,
        prompt_hash=referral.draft.prompt_hash, booked_at=said.booked_at,
        amount=paid and paid.amount, currency=paid and paid.currency,
    )


def _ids(referral: Referral) -> dict[str, Any]:
    return {
        "referral_id": referral.referral_id, "draft_id": referral.draft.draft_id, "customer_id": referral.customer_id,
    }
