"""What is done about each field that a job lacks, and how its two halves become one referral; pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from services.prep.cleaning import given_name, one_line, time_zone
from shared.events.features import FeaturesUpdated
from shared.events.prep import NOTES_LIMIT, Choice, PreparedService, Price, Reason, ReferralPrepared
from shared.events.upstream import ServiceCompleted, referral_id
from shared.events.values import property_facts

DEFAULT_TIME_ZONE = "UTC"


class Otherwise(StrEnum):
    """What is done where a field has nothing usable."""

    REJECT = "rejected"  # the job goes to quarantine
    DEFAULT = "defaulted"  # a value that harms nobody stands in
    IMPUTE = "imputed"  # what the features know stands in
    DEGRADE = "degraded"  # the mail does without


@dataclass(frozen=True)
class Policy:
    """Where ``applies`` says so, the field is treated ``otherwise``; ``code`` is the reason."""

    field: str
    code: str
    otherwise: Otherwise
    applies: Callable[[ServiceCompleted, datetime], bool]


REJECT, DEFAULT, IMPUTE, DEGRADE = Otherwise

# What the contract requires is rejected before it comes here; this is about everything that the contract lets pass.
POLICIES = (
    Policy("completed_at", "in_future", REJECT, lambda job, now: job.from_the_future(now)),
    Policy("completed_at", "too_early", REJECT, lambda job, now: job.from_before_time()),
    Policy("customer.name", "no_name", DEGRADE, lambda job, now: not given_name(job.customer.name)),
    Policy("customer.time_zone", "no_zone", DEFAULT, lambda job, now: not time_zone(job.customer.time_zone)),
    Policy("customer.marketing_consent", "not_asked", DEGRADE, lambda job, now: job.customer.marketing_consent is None),
    Policy("service.price", "no_price", DEGRADE, lambda job, now: not job.service.price),
    Policy("service.notes", "too_long", DEGRADE, lambda job, now: len(job.service.notes or "") > NOTES_LIMIT),
    Policy("satisfaction", "not_asked", IMPUTE, lambda job, now: not job.satisfaction),
    Policy("property", "no_facts", DEGRADE, lambda job, now: not job.property or property_facts(job.property) != job.property),
)


class PreparedJob(BaseModel):
    """The half of a referral that comes from the job: a given name, ids and facts; no address, no free text."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    service_id: str
    customer_id: str
    given_name: str | None
    time_zone: str
    service: PreparedService
    missing: dict[str, Choice]


@dataclass(frozen=True)
class Join:
    """The two halves of one referral, as far as they have arrived; the first of each kind counts."""

    job: PreparedJob | None = None
    known: FeaturesUpdated | None = None

    @property
    def customer_id(self) -> str:
        return (self.job or self.known).customer_id

    def with_job(self, job: PreparedJob) -> Self:
        return self if self.job else replace(self, job=job)

    def with_features(self, known: FeaturesUpdated) -> Self:
        return self if self.known else replace(self, known=known)

    def prepared(self) -> ReferralPrepared | None:
        """What the writer may use; None while a half is missing."""
        if not self.job or not self.known:
            return None
        return ReferralPrepared(
            referral_id=referral_id(self.job.service_id),
            service_id=self.job.service_id,
            customer_id=self.job.customer_id,
            given_name=self.job.given_name,
            time_zone=self.job.time_zone,
            features=self.known.features,
            features_version=self.known.version,
            service=self.job.service,
            missing=self._missing(self.job, self.known),
        )

    @staticmethod
    def _missing(job: PreparedJob, known: FeaturesUpdated) -> dict[str, Choice]:
        """A customer who never answered has no average that could stand in."""
        imputed = known.features.satisfaction_avg is not None
        return {f: "degraded" if c == "imputed" and not imputed else c for f, c in job.missing.items()}


def unusable(job: ServiceCompleted, now: datetime) -> list[Reason]:
    """Why nothing can be prepared from a job that its contract lets pass; empty where something can."""
    return [Reason(field=p.field, code=p.code) for p in POLICIES if p.otherwise is REJECT and p.applies(job, now)]


def prepare(job: ServiceCompleted, now: datetime) -> PreparedJob:
    return PreparedJob(
        service_id=job.service_id,
        customer_id=job.customer.customer_id,
        given_name=given_name(job.customer.name),
        time_zone=time_zone(job.customer.time_zone) or DEFAULT_TIME_ZONE,
        service=_service(job),
        missing={p.field: p.otherwise.value for p in POLICIES if p.otherwise is not REJECT and p.applies(job, now)},
    )


def _service(job: ServiceCompleted) -> PreparedService:
    price = job.service.price
    return PreparedService(
        type=one_line(job.service.type),
        completed_at=job.completed_at,
        price=Price(amount=price.amount, currency=price.currency) if price else None,
        satisfaction=job.satisfaction,
        property=property_facts(job.property),
    )
