"""What was written, by which version of which agent, and what a person decided about it; pure."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.orchestrator import Arm, Missing

Decision = Literal["approved", "rejected"]
Why = Literal["wrong_facts", "wrong_tone", "too_long", "not_personal", "unsafe", "not_now", "other"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Author(Part):
    """Which version of which agent wrote, and by which rollout it was chosen; see ``Assigned``."""

    agent: str
    version: int | None = None  # None where no version is in production
    config_hash: str | None = None
    arm: Arm = "production"
    share: int | None = None
    rollout_id: str | None = None
    counts: bool = False

    @property
    def on_trial(self) -> bool:
        """Whether a rollout divided customers between this version and another."""
        return self.arm != "production"

    @property
    def falls_with(self) -> str | None:
        """The rollout whose rollback takes this version's drafts back; None for a baseline, which stays."""
        return self.rollout_id if self.arm != "control" else None


class Draft(Part):
    """What was written, and what it took: milliseconds, tokens, US dollars."""

    draft_id: str
    subject: str
    body: str
    prompt_hash: str
    input_tokens: int
    output_tokens: int
    latency_ms: int
    cost_usd: Decimal | None
    examples: tuple[str, ...] = ()  # referrals whose mails the writer was shown
    examples_missing: Missing | None = None
    code: str | None = None  # in its link, by which a purchase is known to come from this mail
    edited_by: str | None = None
    findings: tuple[str, ...] = ()  # codes of what was found in these words when they were written, one for each place
    erased_hash: str | None = None  # of the text, once that is gone with its customer
    lost_hash: str | None = None  # of the text, where that is gone with a table that was restored

    @property
    def hash_without_words(self) -> str | None:
        return self.erased_hash or self.lost_hash


class Opened(Part):
    """Who has a draft on the screen, and since when."""

    by: str
    at: AwareDatetime


class Review(Part):
    """What a person decided on exactly this content, and how many seconds after the draft was first shown."""

    decision: Decision
    content_hash: str
    reviewer: str
    reason: Why | None
    at: AwareDatetime
    seconds: int | None = None
