"""What the orchestrator announces: the life of one referral."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events import Event

SOURCE = "referral.orchestrator"
Arm = Literal["production", "control", "candidate"]
Missing = Literal["unavailable", "none"]  # the knowledge base did not answer; nothing in it fits


class Assigned(BaseModel):
    """Which version of an agent a customer was given, and by which rollout.

    ``share`` is the candidate's share of customers in percent when this customer was assigned, ``counts`` whether this is
    the customer's first referral in the rollout: only its outcomes are evidence. Outside of trials ``arm`` is
    production; ``rollout_id`` then names the rollout that released the version, where one did: its rollback takes back
    what that version wrote.
    """

    model_config = ConfigDict(frozen=True)

    agent: str
    version: int | None
    arm: Arm = "production"
    share: int | None = None
    rollout_id: str | None = None
    counts: bool = False


class ReferralDrafted(Assigned, Event):
    """An agent wrote a draft; it waits for a person."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    version: int
    config_hash: str
    prompt_hash: str
    content_hash: str
    features_version: int
    input_tokens: int
    output_tokens: int
    latency_ms: int
    cost_usd: Decimal | None  # None where the model has no known price
    examples: list[str] = []  # referrals whose approved mails the writer was shown, the most similar first
    examples_missing: Missing | None = None  # why there are none, where the version wants some
    findings: list[str] = []  # codes of what the checks found, each once


class DraftFailed(Assigned, Event):
    """No draft came about; a person can retry it once the reason is mended."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    customer_id: str
    reason: str
    attempts: int


class ReferralReviewed(Assigned, Event):
    """A person decided on exactly this content."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    version: int
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


class DraftWithdrawn(Assigned, Event):
    """A draft that had not left was taken back with the version that wrote it; the serving version writes another one."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    draft_id: str
    customer_id: str
    version: int
    content_hash: str
    reason: Literal["rolled_back"]

    def correlation(self) -> str:
        """A part of the referral's story, not of the rollout's that caused it."""
        return self.referral_id


class ReferralSuppressed(Event):
    """No mail will leave for this job, and why."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    customer_id: str
    reason: Literal["no_consent", "opted_out", "erased"]

    def correlation(self) -> str:
        """A part of the referral's story, not of the customer's who wants no more."""
        return self.referral_id
