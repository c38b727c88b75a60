"""What is announced about a referral when its state changed; ids and numbers only."""

from services.orchestrator.model import Referral
from shared.events import Event
from shared.events.orchestrator import (
    DraftExpired, DraftFailed, DraftWithdrawn, ReferralDrafted, ReferralReviewed, ReferralSent, ReferralSuppressed,
    SendFailed, WaitEnded,
)

_EXAMPLES = ("examples", "examples_missing")


def prepared(referral: Referral) -> Event:
    """What became of the attempt to draft."""
    outcomes = {"in_review": drafted, "failed": failed, "suppressed": suppressed}
    return outcomes[referral.status](referral)


def drafted(referral: Referral) -> ReferralDrafted:
    draft = referral.draft
    return ReferralDrafted(
        **_ids(referral), **referral.author.model_dump(),
        **draft.model_dump(include={"prompt_hash", "input_tokens", "output_tokens", "latency_ms", "cost_usd", *_EXAMPLES}),
        features_version=referral.prepared.features_version, findings=sorted(set(draft.findings)),
    )


def failed(referral: Referral) -> DraftFailed:
    return DraftFailed(
        referral_id=referral.referral_id, customer_id=referral.customer_id, reason=referral.reason,
        attempts=referral.attempts, **referral.author.model_dump(exclude={"config_hash"}),
    )


def suppressed(referral: Referral) -> ReferralSuppressed:
    return ReferralSuppressed(
        referral_id=referral.referral_id, customer_id=referral.customer_id, reason=referral.reason,
    )


def reviewed(referral: Referral) -> ReferralReviewed:
    return ReferralReviewed(
        **_ids(referral), **referral.author.model_dump(exclude={"config_hash"}),
        **referral.review.model_dump(exclude={"at", "content_hash"}), edited=bool(referral.draft.edited_by),
    )


def withdrawn(referral: Referral) -> DraftWithdrawn:
    return DraftWithdrawn(
        **_ids(referral), **referral.author.model_dump(exclude={"config_hash"}), reason=referral.reason,
    )


def ended(referral: Referral) -> Event:
    """That nothing will be sent, and why."""
    return expired(referral) if referral.status == "expired" else suppressed(referral)


def expired(referral: Referral) -> DraftExpired:
    return DraftExpired(
        **_ids(referral), **referral.author.model_dump(exclude={"config_hash"}), approved=referral.review is not None,
    )


def wait_ended(referral: Referral) -> WaitEnded:
    return WaitEnded(**_ids(referral))


def sent(referral: Referral) -> ReferralSent:
    return ReferralSent(**_ids(referral), message_id=referral.message_id, claimed_at=referral.claimed_at)


def send_failed(referral: Referral) -> SendFailed:
    return SendFailed(**_ids(referral), reason=referral.reason)


def _ids(referral: Referral) -> dict[str, str]:
    return {
        "referral_id": referral.referral_id, "draft_id": referral.draft.draft_id,
        "customer_id": referral.customer_id, "content_hash": referral.content_hash,
    }
