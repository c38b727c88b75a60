"""What upstream systems tell us: lenient in what it accepts, strict in what it needs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.clock import derived_id
from shared.events import UpstreamFact
from shared.events.values import Address, Identifier, Moment, PropertyValue, Text

_FIRST_COMPUTERS = datetime(1980, 1, 1, tzinfo=UTC)  # earlier is what a system says that does not know: 1970-01-01
_CLOCKS_DIFFER = timedelta(days=1)  # a job of "tomorrow" may be another zone's today


def referral_id(service_id: str) -> str:
    """The referral that a completed job starts; the same job can never start two."""
    return "r-" + derived_id("referral", service_id)


class Part(BaseModel):
    """A nested part of an upstream fact."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)


class Customer(Part):
    customer_id: Identifier
    email: Address
    name: str | None = None
    time_zone: str | None = None
    marketing_consent: bool | None = None


class Money(Part):
    amount: Decimal = Field(ge=0, max_digits=12, decimal_places=4)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Service(Part):
    type: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    price: Money | None = None
    technician: str | None = None
    notes: str | None = None


class ServiceCompleted(UpstreamFact):
    """A job was done at a customer's place.

    ``historical`` jobs teach us about the customer and never cause a draft.
    """

    service_id: Identifier
    completed_at: Moment
    customer: Customer
    service: Service
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    property: dict[Text, PropertyValue] = Field(default_factory=dict, max_length=1000)
    historical: bool | None = None

    def credible(self, now: datetime) -> bool:
        """Whether its date can be right; nothing is learned from a job until somebody mends it."""
        return not (self.from_the_future(now) or self.from_before_time())

    def from_the_future(self, now: datetime) -> bool:
        return self.completed_at > now + _CLOCKS_DIFFER

    def from_before_time(self) -> bool:
        return self.completed_at < _FIRST_COMPUTERS

    def business_key(self) -> str:
        return self.service_id

    def happened_at(self) -> datetime:
        return self.completed_at

    def correlation(self) -> str:
        return referral_id(self.service_id)


class SatisfactionReported(UpstreamFact):
    """A customer answered a survey about a job, early or late."""

    service_id: Identifier
    customer_id: Identifier
    score: Annotated[int, Field(ge=1, le=5)]
    reported_at: Moment
    comment: str | None = None

    def business_key(self) -> str:
        return f"{self.service_id}@{self.reported_at.isoformat()}"

    def happened_at(self) -> datetime:
        return self.reported_at

    def correlation(self) -> str:
        return referral_id(self.service_id)


class CustomerOptedOut(UpstreamFact):
    """A person wants no more mail."""

    customer_id: Identifier
    email: Address | None = None
    reason: str | None = None
    at: Moment

    def business_key(self) -> str:
        return f"{self.customer_id}@{self.at.isoformat()}"

    def happened_at(self) -> datetime:
        return self.at

    def correlation(self) -> str:
        return f"customer-{self.customer_id}"


class CustomerErased(CustomerOptedOut):
    """A person is to be forgotten, and wants no more mail either."""


class ReferralBooked(UpstreamFact):
    """A friend bought with the code of a referral mail; ``booking_id`` tells two purchases of one moment apart."""

    referral_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 -]{1,40}$")]
    booked_at: Moment
    amount: Money | None = None
    booking_id: Identifier | None = None

    def business_key(self) -> str:
        return f"{self.referral_code}@{self.booking_id or self.booked_at.isoformat()}"

    def happened_at(self) -> datetime:
        return self.booked_at

    def correlation(self) -> str:
        return f"code-{self.referral_code}"


FACTS: dict[str, type[UpstreamFact]] = {
    fact.detail_type(): fact
    for fact in (ServiceCompleted, SatisfactionReported, CustomerOptedOut, CustomerErased, ReferralBooked)
}  # everything that an upstream system can tell
