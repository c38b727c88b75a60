"""How an example is labelled: by what it is found, and by what it is kept from those who must not see it; pure."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from shared.clock import derived_id
from shared.events.prep import ReferralPrepared
from shared.writing.text import one_line

UNKNOWN = "unknown"
_LONGEST = 80  # characters


class Label(BaseModel):
    """What lies beside an example in the bucket, and comes back with it."""

    model_config = ConfigDict(frozen=True)

    service_type: str
    region: str
    satisfaction_band: str
    approved_at: int  # seconds since 1970
    referral_id: str
    customer: str  # a hash

    @classmethod
    def of(cls, prepared: ReferralPrepared, approved_at: datetime) -> Self:
        service = prepared.service
        return cls(
            service_type=kind(prepared), region=plain(service.property.get("region")),
            satisfaction_band=band(service.satisfaction), approved_at=int(approved_at.timestamp()),
            referral_id=prepared.referral_id, customer=customer_hash(prepared.customer_id),
        )


class Example(BaseModel):
    """A mail that somebody approved for another customer."""

    model_config = ConfigDict(frozen=True)

    referral_id: str
    text: str


def kind(prepared: ReferralPrepared) -> str:
    """The kind of job in the form in which two of the same kind are equal."""
    return plain(prepared.service.type)


def customer_hash(customer_id: str) -> str:
    return derived_id("example", customer_id)


def plain(value: Any) -> str:
    """Text that somebody typed, as a label."""
    return one_line(str(value or ""), _LONGEST).lower() or UNKNOWN


def band(score: int | None) -> str:
    """How content the customer was."""
    if score is None:
        return UNKNOWN
    return "high" if score >= 4 else "middle" if score == 3 else "low"
