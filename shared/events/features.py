"""What the feature store announces."""

from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events import Event


class Features(BaseModel):
    """What we know about a customer: sums and counts, ids and numbers, no name and no address."""

    model_config = ConfigDict(frozen=True)

    service_count: int
    lifetime_value: dict[str, Decimal]  # per currency, in its major unit
    satisfaction_avg: Decimal | None
    satisfaction_count: int
    first_service_at: AwareDatetime
    last_service_at: AwareDatetime
    property_features: dict[str, Any]


class FeaturesUpdated(Event):
    """The customer's features changed; the version only grows."""

    source: ClassVar[str] = "referral.features"

    customer_id: str
    version: int
    as_of: AwareDatetime
    cause: Literal["job", "survey"]
    historical: bool
    features: Features
