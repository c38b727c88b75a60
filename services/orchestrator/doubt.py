"""A mail in doubt, of which nobody knows whether the provider took it; pure."""

from datetime import datetime, timedelta

from services.orchestrator.impossible import NotPossible
from services.orchestrator.model import Referral
from services.orchestrator.remembering import RESTORED

_AFTER = timedelta(minutes=15)  # longer than a sending function can live


def settled(referral: Referral, message_id: str | None, by: str, at: datetime) -> Referral:
    """What a person found out: its message id, or None where it never left."""
    if not referral.claimed_at or referral.status != "sending":
        raise NotPossible("not_in_doubt", f"This referral is {referral.status}; nothing is in doubt.")
    if at - referral.claimed_at < _AFTER:
        raise NotPossible("still_sending", "The mail may be on its way now. Ask again in a quarter of an hour.")
    known = referral.sent(message_id) if message_id else _never_left(referral)
    return known.model_copy(update={"settled_by": by})


def _never_left(referral: Referral) -> Referral:
    """To be reviewed again; where its words were lost with a restored table, to be drafted anew."""
    if not referral.draft or referral.draft.lost_hash:
        return referral.failed(RESTORED)
    return referral.model_copy(update={"status": "in_review", "review": None, "claimed_at": None})
