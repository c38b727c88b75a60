"""What the orchestrator announces: the life of one referral."""

from decimal import Decimal
from typing import ClassVar, Literal

from shared.events import Event

SOURCE = "referral.orchestrator"


class ReferralDrafted(Event):
    """An agent wrote a draft; it waits for a person."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    agent: str
    version: int
    config_hash: str
    arm: Literal["production", "control", "candidate"]
    share: Decimal
    prompt_hash: str
    content_hash: str
    features_version: int
    input_tokens: int
    output_tokens: int
    latency_ms: int
    cost_usd: Decimal | None  # None where the model has no known price


class DraftFailed(Event):
    """No draft came about; a person can retry it once the reason is mended."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    customer_id: str
    agent: str
    version: int | None
    reason: str
    attempts: int


class ReferralReviewed(Event):
    """A person decided on exactly this content."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    agent: str
    version: int
    arm: Literal["production", "control", "candidate"]
    share: Decimal
    content_hash: str
    decision: Literal["approved", "rejected"]
    edited: bool
    reason: str | None
    reviewer: str
    seconds: int | None  # from first shown to decided; None where nobody looked before deciding


class ReferralSent(Event):
    """The mail was accepted by the provider."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    content_hash: str
    message_id: str


class SendFailed(Event):
    """The provider refused the mail for good; a person can retry the draft once the reason is mended."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    content_hash: str
    reason: str


class ReferralSuppressed(Event):
    """No mail will leave for this job, and why."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    customer_id: str
    reason: Literal["no_consent", "opted_out"]
