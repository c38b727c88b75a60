"""Upstream facts for tests, each with only what the test wants to say."""

from typing import Any

from shared.events.features import FeaturesUpdated
from shared.events.upstream import CustomerErased, SatisfactionReported, ServiceCompleted


def job_detail(service_id: str = "s-1", /, **changes: Any) -> dict[str, Any]:
    """A complete job as a CRM would put it; ``a__b`` changes a nested field."""
    detail: dict[str, Any] = {
        "service_id": service_id,
        "completed_at": "2026-11-20T16:30:00+01:00",
        "customer": {
            "customer_id": "c-1", "email": "dana@example.com", "name": "Dana Example",
            "time_zone": "Europe/Berlin", "marketing_consent": True,
        },
        "service": {
            "type": "roof repair", "price": {"amount": "100.00", "currency": "EUR"},
            "technician": "Kim", "notes": "Replaced twelve tiles.",
        },
        "satisfaction": 5,
        "property": {"type": "house", "region": "north"},
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = detail
        for parent in parents:
            place = place[parent]
        place[last] = value
    return detail


def job(service_id: str = "s-1", /, **changes: Any) -> ServiceCompleted:
    return ServiceCompleted.model_validate(job_detail(service_id, **changes))


def survey(service_id: str = "s-1", score: int = 1, at: str = "2026-11-21T09:00:00+00:00", customer: str = "c-1") -> SatisfactionReported:
    return SatisfactionReported(service_id=service_id, customer_id=customer, score=score, reported_at=at)


def erased(customer: str = "c-1", at: str = "2026-11-21T10:00:00Z", email: str | None = None) -> CustomerErased:
    return CustomerErased(customer_id=customer, at=at, email=email)


def features(version: int = 1, historical: bool = False, **known: Any) -> FeaturesUpdated:
    """What the feature store says after a job; ``known`` changes single features."""
    said = {
        "service_count": version, "lifetime_value": {"EUR": "100.00"}, "satisfaction_avg": "4.5", "satisfaction_count": 2,
        "first_service_at": "2026-01-10T09:00:00Z", "last_service_at": "2026-11-20T15:30:00Z",
        "property_features": {"type": "house"},
    }
    return FeaturesUpdated(
        customer_id="c-1", version=version, as_of="2026-11-20T15:30:00Z", cause="job", historical=historical, features=said | known,
    )
