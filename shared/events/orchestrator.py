"""What the orchestrator announces: the life of one referral."""

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

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


class AboutDraft(BaseModel):
    """Something became of one draft, with exactly this content."""

    model_config = ConfigDict(frozen=True)

    referral_id: str
    draft_id: str
    customer_id: str
    content_hash: str


class OfReferral:
    """A part of the referral's story, whatever caused it."""

    referral_id: str

    def correlation(self) -> str:
        return self.referral_id


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


class ReferralReviewed(Assigned, AboutDraft, Event):
    """A person decided on exactly this content."""

    source: ClassVar[str] = SOURCE

    version: int
    decision: Literal["approved", "rejected"]
    edited: bool
    reason: str | None
    reviewer: str
    seconds: int | None  # from first shown to decided; None where nobody looked before deciding


class ReferralSent(AboutDraft, Event):
    """The mail was accepted by the provider."""

    source: ClassVar[str] = SOURCE

    message_id: str
    claimed_at: AwareDatetime | None = None  # the moment from which on nothing could keep it here


class SendFailed(AboutDraft, Event):
    """The provider refused the mail for good; a person can retry the draft once the reason is mended."""

    source: ClassVar[str] = SOURCE

    reason: str


class DraftWithdrawn(Assigned, AboutDraft, OfReferral, Event):
    """A draft that had not left was taken back with the version that wrote it; the serving version writes another one."""

    source: ClassVar[str] = SOURCE

    version: int
    reason: Literal["rolled_back"]


class DraftExpired(Assigned, AboutDraft, OfReferral, Event):
    """A draft waited too long, for a decision or (``approved``) for a moment at which it might leave; nothing is sent."""

    source: ClassVar[str] = SOURCE

    version: int
    approved: bool


class WaitEnded(AboutDraft, OfReferral, Event):
    """An approved mail had to wait, and may leave now, unless something speaks against it by now."""

    source: ClassVar[str] = SOURCE


class CustomerOptedOut(Event):
    """A person used the link of a mail, and wants no more of them; upstream systems say the same of others."""

    source: ClassVar[str] = SOURCE

    customer_id: str
    reason: Literal["unsubscribed"]


class ReferralSuppressed(OfReferral, Event):
    """No mail will leave for this job, and why."""

    source: ClassVar[str] = SOURCE

    referral_id: str
    customer_id: str
    reason: Literal["no_consent", "opted_out", "asked_recently", "erased"]


class AboutMail(OfReferral, BaseModel):
    """Something became of a mail that had left; ``at`` is when, by the provider's clock."""

    model_config = ConfigDict(frozen=True)

    referral_id: str
    draft_id: str
    customer_id: str
    message_id: str
    at: AwareDatetime


class ReferralDelivered(AboutMail, Event):
    """The recipient's mail server took the mail."""

    source: ClassVar[str] = SOURCE


class ReferralDelayed(AboutMail, Event):
    """The recipient's mail server does not take the mail yet; the provider goes on trying."""

    source: ClassVar[str] = SOURCE

    code: str


class ReferralBounced(AboutMail, Event):
    """The mail did not arrive.

    permanent: there is no such address, nothing more is sent to it; transient: it would not take this mail;
    refused: the provider found something bad in the mail itself.
    """

    source: ClassVar[str] = SOURCE

    kind: Literal["permanent", "transient", "refused"]
    code: str


class ReferralComplained(AboutMail, Event):
    """The recipient called the mail spam: nothing more is sent to this address."""

    source: ClassVar[str] = SOURCE

    code: str


class ReferralOpened(AboutMail, Event):
    """The mail was opened for the first time."""

    source: ClassVar[str] = SOURCE


class ReferralClicked(AboutMail, Event):
    """A link in the mail was followed for the first time."""

    source: ClassVar[str] = SOURCE


class ReferralConverted(Assigned, AboutDraft, OfReferral, Event):
    """A friend bought with the code of this mail; ``amount`` is null where upstream does not say how much."""

    source: ClassVar[str] = SOURCE

    version: int
    prompt_hash: str
    booked_at: AwareDatetime
    amount: Decimal | None
    currency: str | None


class SendingPaused(Event):
    """No mail leaves until somebody resumes; counts are of the last ``days`` days, or since sending was last resumed."""

    source: ClassVar[str] = SOURCE

    reason: Literal["bounces", "complaints", "by_hand"]
    by: str | None  # who paused it, where a person did
    mails: int  # whose fate is known
    bounced: int
    complained: int
    days: int

    def correlation(self) -> str:
        return "sending"


class SendingResumed(Event):
    """Mails leave again, those first that waited; what is counted starts at zero."""

    source: ClassVar[str] = SOURCE

    by: str

    def correlation(self) -> str:
        return "sending"
