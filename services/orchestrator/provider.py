"""What SES says of mails that it took, on the default bus of the AWS account; the addresses in it are not read."""

import re
from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.orchestrator.feedback import Fate
from services.orchestrator.words import MessageId
from shared.clock import derived_id
from shared.events import Event, Metadata

OURS = {"mail": {"tags": {"ses:configuration-set": [{"prefix": "referral-"}]}}}  # in an AWS account that others use too
_CODE = re.compile(r"[A-Za-z0-9 _-]{1,64}")
_ReferralId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,128}$")]


class _Tags(BaseModel):
    referral_id: Annotated[list[_ReferralId], Field(min_length=1, max_length=1)]


class _Mail(BaseModel):
    messageId: MessageId
    timestamp: AwareDatetime
    tags: _Tags


class _Told(BaseModel):
    mail: _Mail


class MailEvent(Event):
    """Something that SES says of one of our mails, which it knows by the tag that we gave it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    source: ClassVar[str] = "aws.ses"
    name: ClassVar[str]  # the detail-type
    part: ClassVar[str]  # of the detail, which is about nothing else
    why: ClassVar[str] = ""  # where that part says why

    referral_id: str
    message_id: str
    at: AwareDatetime
    fate: Fate
    code: str

    @classmethod
    def detail_type(cls) -> str:
        return cls.name

    @classmethod
    def unwrap(cls, detail: dict[str, Any]) -> tuple[Self, Metadata]:
        mail = _Told.model_validate(detail).mail
        told = detail.get(cls.part)
        known = told if isinstance(told, dict) else {}
        [referral_id] = mail.tags.referral_id
        event = cls(
            referral_id=referral_id, message_id=mail.messageId, at=known.get("timestamp") or mail.timestamp,
            fate=cls.fated(known), code=_code(known.get(cls.why)),
        )
        return event, event.said()

    @classmethod
    @abstractmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        """What became of the mail, by the part of the event that is about it."""

    def unknown_fields(self, detail: dict[str, Any]) -> int:
        """SES says much that is not read on purpose."""
        return 0

    def said(self) -> Metadata:
        """The same feedback on the same mail always has the same id, however often SES says it."""
        return Metadata(
            event_id=derived_id("ses", self.fate, self.message_id), occurred_at=self.at,
            correlation_id=self.referral_id, producer=self.source,
        )


class Delivered(MailEvent):
    name, part = "Email Delivered", "delivery"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "delivered"


class Delayed(MailEvent):
    name, part, why = "Email Delivery Delayed", "deliveryDelay", "delayType"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "delayed"


class Bounced(MailEvent):
    name, part, why = "Email Bounced", "bounce", "bounceSubType"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        """What SES can't tell may pass."""
        return "bounced" if told.get("bounceType") == "Permanent" else "bounced_softly"


class Complained(MailEvent):
    name, part, why = "Email Complaint Received", "complaint", "complaintFeedbackType"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "complained"


class Rejected(MailEvent):
    name, part, why = "Email Rejected", "reject", "reason"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "refused"


class Opened(MailEvent):
    name, part = "Email Opened", "open"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "opened"


class Clicked(MailEvent):
    name, part = "Email Clicked", "click"

    @classmethod
    def fated(cls, told: dict[str, Any]) -> Fate:
        return "clicked"


def _code(told: Any) -> str:
    """A word of the provider's list; free text is none."""
    return told if isinstance(told, str) and _CODE.fullmatch(told) else "unknown"
