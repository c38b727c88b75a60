"""What data preparation announces."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events import Event
from shared.events.features import Features
from shared.events.upstream import Money
from shared.events.values import PropertyValue

Choice = Literal["defaulted", "imputed", "degraded"]
NOTES_LIMIT = 2_000  # characters of a technician's notes that a writer is shown


class Price(Money):
    """An amount without what its sender may have added: that of our own events is neither ours to tell nor to store."""

    model_config = ConfigDict(extra="ignore")


class PreparedService(BaseModel):
    """The job as a draft may use it, without free text; technician and notes stay upstream."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    type: str
    completed_at: AwareDatetime
    price: Price | None
    satisfaction: int | None
    property: dict[str, PropertyValue]


class ReferralPrepared(Event):
    """A completed job is validated and joined with the features that include it."""

    source: ClassVar[str] = "referral.prep"

    referral_id: str
    service_id: str
    customer_id: str
    given_name: str | None = None
    time_zone: str
    features: Features
    features_version: int
    service: PreparedService
    missing: dict[str, Choice]  # field -> what was done about it


class Reason(BaseModel):
    """One thing that is wrong, named without the value that is wrong."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    field: str
    code: str


class PreparationRejected(Event):
    """A job could not be used and waits in quarantine."""

    source: ClassVar[str] = "referral.prep"

    quarantine_id: str
    referral_id: str | None
    historical: bool
    reasons: list[Reason]
