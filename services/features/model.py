"""What a customer's features are and how they learn; pure."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Self

from shared.events.features import Features
from shared.events.upstream import SatisfactionReported, ServiceCompleted
from shared.events.values import property_facts

_AVERAGE_DIGITS = Decimal("0.0001")
_CENT = Decimal("0.01")


@dataclass(frozen=True, order=True)
class Score:
    """What a customer said of one job; the latest answer counts."""

    at: datetime
    value: int

    @classmethod
    def of_job(cls, job: ServiceCompleted) -> Self | None:
        return cls(job.completed_at, job.satisfaction) if job.satisfaction else None

    @classmethod
    def of_survey(cls, survey: SatisfactionReported) -> Self:
        return cls(survey.reported_at, survey.score)


def latest(*scores: Score | None) -> Score | None:
    """The answer that counts, in whatever order they arrived."""
    return max((score for score in scores if score), default=None)


@dataclass(frozen=True)
class Customer:
    """What was learned about one customer; sums and counts, so that any order of jobs gives the same."""

    customer_id: str
    version: int = 0
    service_count: int = 0
    lifetime_value: dict[str, Decimal] = field(default_factory=dict)
    satisfaction_sum: int = 0
    satisfaction_count: int = 0
    first_service_at: datetime | None = None
    last_service_at: datetime | None = None
    email: str = ""
    email_from: str = ""
    property_features: dict[str, Any] = field(default_factory=dict)
    property_from: str = ""
    erased: bool = False

    def learn(self, job: ServiceCompleted, score: Score | None) -> Self:
        """The customer after one more job, with the score that counts for it."""
        counted = replace(
            self,
            version=self.version + 1,
            service_count=self.service_count + 1,
            lifetime_value=self._value_with(job),
            first_service_at=min(self.first_service_at or job.completed_at, job.completed_at),
            last_service_at=max(self.last_service_at or job.completed_at, job.completed_at),
        )
        return counted._scored(None, score)._placed(job)

    def correct(self, before: Score | None, after: Score) -> Self:
        """The customer after another answer replaced the one that counted."""
        return replace(self, version=self.version + 1)._scored(before, after)

    def forgotten(self) -> Self:
        """The customer without what identifies a person; what is learned from now on only counts."""
        return replace(self, erased=True, email="", email_from="", property_features={}, property_from="")

    def features(self) -> Features:
        return Features(
            service_count=self.service_count,
            lifetime_value={currency: written(amount) for currency, amount in self.lifetime_value.items()},
            satisfaction_avg=self.satisfaction_avg,
            satisfaction_count=self.satisfaction_count,
            first_service_at=self.first_service_at,
            last_service_at=self.last_service_at,
            property_features=self.property_features,
        )

    @property
    def satisfaction_avg(self) -> Decimal | None:
        if not self.satisfaction_count:
            return None
        exact = Decimal(self.satisfaction_sum) / self.satisfaction_count
        return exact.quantize(_AVERAGE_DIGITS, rounding=ROUND_HALF_EVEN)

    def _value_with(self, job: ServiceCompleted) -> dict[str, Decimal]:
        price = job.service.price
        if not price:
            return self.lifetime_value
        so_far = self.lifetime_value.get(price.currency, Decimal(0))
        return self.lifetime_value | {price.currency: so_far + price.amount}

    def _scored(self, before: Score | None, after: Score | None) -> Self:
        return replace(
            self,
            satisfaction_sum=self.satisfaction_sum + (after.value if after else 0) - (before.value if before else 0),
            satisfaction_count=self.satisfaction_count + bool(after) - bool(before),
        )

    def _placed(self, job: ServiceCompleted) -> Self:
        """Address and property are those of the newest job that says them, whichever arrives last."""
        if self.erased:
            return self
        age = newness(job)
        moved = replace(self, email=job.customer.email, email_from=age) if age > self.email_from else self
        if not job.property or age <= self.property_from:
            return moved
        return replace(moved, property_features=property_facts(job.property), property_from=age)


def written(amount: Decimal) -> Decimal:
    """An amount with at least two decimals, as people write money; nothing is rounded."""
    return amount if amount.as_tuple().exponent <= -2 else amount.quantize(_CENT)


def newness(job: ServiceCompleted) -> str:
    """Orders jobs in time, and jobs of one moment by their id, so that arrival decides nothing."""
    return f"{job.completed_at.astimezone(UTC).isoformat(timespec='microseconds')} {job.service_id}"
