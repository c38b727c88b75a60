"""One referral from prepared to sent, and every decision about it; pure."""

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.orchestrator.draft import Author, Draft, Opened, Review
from services.orchestrator.feedback import Feedback
from services.orchestrator.impossible import NotPossible
from shared.events.prep import ReferralPrepared
from shared.writing.content import Content, content_hash

Status = Literal[
    "prepared", "in_review", "approved", "rejected", "sending", "sent", "failed", "suppressed", "withdrawn", "expired",
]
UNSENT: tuple[Status, ...] = ("approved", "in_review")  # drafts that can be taken back; what may leave next comes first
_DECIDED = ("approved", "rejected", "sending", "sent")


class Referral(BaseModel):
    """The life of one referral; every change is a new value."""

    model_config = ConfigDict(frozen=True)

    referral_id: str
    customer_id: str
    created_at: AwareDatetime
    prepared: ReferralPrepared
    status: Status = "prepared"
    reason: str | None = None
    attempts: int = 0
    author: Author | None = None
    draft: Draft | None = None
    drafted_at: AwareDatetime | None = None
    shown_at: AwareDatetime | None = None
    opened: Opened | None = None
    waits_until: AwareDatetime | None = None  # approved, and not to leave before
    review: Review | None = None
    claimed_at: AwareDatetime | None = None
    message_id: str | None = None
    settled_by: str | None = None
    feedback: Feedback = Feedback()
    recalled: tuple[str, ...] = ()  # ids of the drafts that were taken back

    @classmethod
    def of(cls, prepared: ReferralPrepared, at: datetime) -> Self:
        return cls(referral_id=prepared.referral_id, customer_id=prepared.customer_id, created_at=at, prepared=prepared)

    @property
    def content_hash(self) -> str | None:
        draft = self.draft
        if not draft or draft.hash_without_words:
            return draft and draft.hash_without_words
        return content_hash(draft.subject, draft.body, self.referral_id, self.customer_id)

    @property
    def blind(self) -> bool:
        """Whether nobody may see by which version the draft is, so that only the draft is judged."""
        return self.status == "in_review"

    def assigned(self, author: Author, receives: int) -> Self:
        """In the hands of this author, after so many more deliveries."""
        return self._with(author=author, attempts=self.attempts + receives)

    def drafted(self, draft: Draft, at: datetime) -> Self:
        return self._with(status="in_review", draft=draft, reason=None, review=None, shown_at=None, drafted_at=at)

    def failed(self, reason: str) -> Self:
        return self._with(status="failed", reason=reason, claimed_at=None)

    def suppressed(self, reason: str) -> Self:
        return self._with(status="suppressed", reason=reason)

    def older_than(self, window: timedelta, now: datetime) -> bool:
        """Whether there is a draft that waited longer than this, for a decision or to leave."""
        return self.status in UNSENT and now - (self.drafted_at or self.created_at) > window

    def expired(self) -> Self:
        return self._with(status="expired")

    def retried(self) -> Self:
        """Ready to be drafted anew."""
        if self.status != "failed":
            raise NotPossible("not_failed", f"This referral is {self.status}; only a failed one is retried.")
        return self._with(status="prepared")

    def falls_with(self, rollout_id: str) -> bool:
        """Whether there is a draft that is taken back when this rollout is rolled back."""
        return self.status in UNSENT and self.author is not None and self.author.falls_with == rollout_id

    def withdrawn(self) -> Self:
        return self._with(status="withdrawn", reason="rolled_back", recalled=(*self.recalled, self.draft.draft_id))

    def waits_for_another(self, draft_id: str) -> bool:
        """Whether this draft was taken back and none has replaced it."""
        return self.status == "withdrawn" and self.draft is not None and self.draft.draft_id == draft_id

    def renewed(self) -> Self:
        """Ready to be drafted anew, with nothing left of the draft that was taken back."""
        return self._with(status="prepared", reason=None, author=None, draft=None, review=None, shown_at=None)

    def shown(self, at: datetime) -> Self:
        """Shown to a person; the first time counts."""
        return self if self.shown_at else self._with(shown_at=at)

    def decided(self, review: Review) -> Self:
        """Approved or rejected for exactly the content that the review names."""
        self._reviewed(review.content_hash)
        seconds = int((review.at - self.shown_at).total_seconds()) if self.shown_at else None
        return self._with(status=review.decision, review=review.model_copy(update={"seconds": seconds}))

    def edited(self, content: str, better: Content, editor: str) -> Self:
        """Another text for the one with this hash; it waits for a decision of its own."""
        draft = self._reviewed(content)
        changed = {"subject": better.subject, "body": better.body, "edited_by": editor}
        return self._with(draft=draft.model_copy(update=changed))

    def may_leave(self, content: str) -> bool:
        approved = self.review.content_hash if self.review and self.status == "approved" else None
        return approved == content == self.content_hash

    def waiting(self, until: datetime) -> Self:
        return self._with(waits_until=until)

    def claimed(self, at: datetime) -> Self:
        return self._with(status="sending", claimed_at=at, waits_until=None)

    def released(self) -> Self:
        """Certainly not sent, to be tried again."""
        return self._with(status="approved", claimed_at=None)

    def sent(self, message_id: str) -> Self:
        return self._with(status="sent", message_id=message_id)

    def _reviewed(self, content: str) -> Draft:
        if self.review and self.status in _DECIDED:
            said = f"{self.review.decision} by {self.review.reviewer} at {self.review.at.isoformat()}"
            raise NotPossible("already_decided", f"This draft was {said}.")
        if self.status == "expired":
            raise NotPossible("expired", "This draft waited too long: nothing is sent so late after a job.")
        if not self.draft or self.status != "in_review":
            raise NotPossible("not_in_review", f"This referral is {self.status}; only a draft in review is decided on.")
        if content != self.content_hash:
            raise NotPossible("content_changed", "The draft is not what you were shown: look again, then decide.")
        return self.draft

    def _with(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)
