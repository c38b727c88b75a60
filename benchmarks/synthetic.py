"""A history as long as one likes: jobs of customers, and what the feature store said of each, as the event log keeps them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from services.features.reactions import routes
from shared.clock import derived_id
from tests.harness.facts import job_detail

_START = datetime(2026, 1, 1, tzinfo=UTC)
_JOBS_OF_A_CUSTOMER = 10
_APART = timedelta(seconds=20)  # so that a million events are of half a year
_LATER = timedelta(seconds=2)
Envelope = dict[str, Any]


def envelopes(events: int) -> Iterator[Envelope]:
    """Half of them are jobs; each is followed by the event that it caused."""
    for number in range(events // 2):
        at = _START + number * _APART
        yield _job(number, at)
        yield _learned(number, at + _LATER)


def records(jobs: int) -> list[dict[str, Any]]:
    """Messages of a mailbox with nothing but jobs."""
    told = (_job(number, _START + number * _APART) for number in range(jobs))
    return [
        {"messageId": str(number), "receiptHandle": "", "body": json.dumps(one), "attributes": {}}
        for number, one in enumerate(told)
    ]


def _job(number: int, at: datetime) -> Envelope:
    customer = f"c-{number // _JOBS_OF_A_CUSTOMER}"
    detail = job_detail(
        f"s-{number}", completed_at=(at - timedelta(hours=1)).isoformat(), customer__customer_id=customer,
        customer__email=f"{customer}@example.com",
    )
    return {"time": at.isoformat(), "source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": detail}


def _learned(number: int, at: datetime) -> Envelope:
    job = derived_id("ServiceCompleted", f"s-{number}")
    metadata = {
        "event_id": derived_id("referral.features", job, "FeaturesUpdated", 1), "occurred_at": at.isoformat(),
        "correlation_id": f"r-{number}", "causation_id": job, "version": 1, "producer": "referral.features", "hops": 1,
    }
    data = {
        "customer_id": f"c-{number // _JOBS_OF_A_CUSTOMER}", "version": number % _JOBS_OF_A_CUSTOMER + 1,
        "as_of": at.isoformat(), "cause": "job", "historical": False, "features": {},
    }
    detail = {"metadata": metadata, "data": data}
    return {"time": at.isoformat(), "source": "referral.features", "detail-type": "FeaturesUpdated", "detail": detail}


FOLDS = (routes,)
