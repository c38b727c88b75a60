"""How the other half of a referral reaches data preparation."""

from typing import Any

from shared.events.upstream import referral_id
from tests.harness.facts import features
from tests.harness.room import record, said


def learned(service_id: str = "s-1", version: int = 1, **known: Any) -> dict[str, Any]:
    """The record in which the features that include a job arrive: they continue the story of its referral."""
    event = features(version, **known)
    return record(event, metadata=said(event, correlation_id=referral_id(service_id)))
