"""What stays of a referral once its customer is erased: how it went, and nothing of whom it was about; pure."""

from services.orchestrator.draft import Draft
from services.orchestrator.model import Referral
from shared.events.prep import ReferralPrepared

_OVER = ("sending", "sent", "rejected", "suppressed")  # what is being sent ends with what the provider says


def forgotten(referral: Referral) -> Referral:
    """The referral without facts and text, and at its end where it had not come to one."""
    ended = referral if referral.status in _OVER else referral.suppressed("erased")
    return ended.model_copy(update={"prepared": _anonymous(referral.prepared), "draft": _without_text(referral)})


def _anonymous(prepared: ReferralPrepared) -> ReferralPrepared:
    features = prepared.features.model_copy(update={"property_features": {}})
    service = prepared.service.model_copy(update={"property": {}})
    return prepared.model_copy(update={"given_name": None, "features": features, "service": service})


def _without_text(referral: Referral) -> Draft | None:
    """The hash stays: it is what was approved, and what is said to be sent."""
    gone = {"subject": "", "body": "", "erased_hash": referral.content_hash}
    return referral.draft and referral.draft.model_copy(update=gone)
