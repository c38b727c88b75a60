"""A week as the event log would have recorded it: synthetic, from a seed, with everything that an alarm watches.

The events are real contracts, measured by the code that measures the real ones; how long drafts wait, what functions
and arms of rollouts do is told beside them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from infra.monitoring.metrics import Dimensions, Sample
from infra.platform.measures import tell
from shared.observe import Observer, namespace

START = 1_794_787_200  # Monday, 2026-11-16, midnight in UTC
HOUR, DAY = 3_600, 86_400
BY = {"referral_id": "r-1", "draft_id": "d-1", "customer_id": "c-1", "agent": "referral-writer", "version": 1}
DRAFTED = BY | {
    "config_hash": "h", "prompt_hash": "p", "content_hash": "x", "features_version": 1, "input_tokens": 900, "output_tokens": 250,
}
REVIEWED = BY | {"content_hash": "x", "edited": False, "reason": None, "reviewer": "robin", "seconds": 40}


@dataclass(frozen=True)
class Days:
    """How the days of a week go, as probabilities; seconds, hours and US dollars."""

    jobs: int = 200
    approved: float = 0.86
    failed: float = 0.02
    slow: float = 4.0
    cost: str = "0.006"
    bounced: float = 0.01
    complained: float = 0.0
    quarantined: float = 0.03
    reviewed_after: float = 5.0
    arm: str = "production"
    errors: int = 0  # of a function in five minutes
    refused: int = 0  # requests in five minutes, for a reason of our own


class Week:
    """Metrics by namespace and name, as CloudWatch would know them at the end of the week."""

    def __init__(self, days: Sequence[Days], seed: int = 7) -> None:
        self.kept: defaultdict[tuple[str, str], defaultdict[Dimensions, list[Sample]]] = defaultdict(lambda: defaultdict(list))
        self.random = Random(seed)
        self._at = 0.0
        self._observer = Observer("platform")
        self._observer.measure = self._measured  # type: ignore[method-assign]
        for number, day in enumerate(days):
            self._live(START + number * DAY, day)

    def known(self, named: tuple[str, str]) -> Mapping[Dimensions, Sequence[Sample]]:
        return self.kept.get(named, {})

    def _live(self, begin: int, day: Days) -> None:
        for number in range(day.jobs):
            self._at = begin + (number + 0.5) * DAY / day.jobs
            tell([_row(kind, source, data) for kind, source, data in self._job(day)], self._observer)
        for quarter in range(begin, begin + DAY, 900):
            self._keep(namespace("prod"), "OldestReview", {"service": "orchestrator"}, quarter, day.reviewed_after * HOUR)
        for five in range(begin, begin + DAY, 300):
            self._keep("AWS/Lambda", "Errors", {"FunctionName": "referral-prod-draft_referral"}, five, day.errors)
            self._keep(namespace("prod"), "RequestsFailed", {"service": "features"}, five, day.refused)

    def _job(self, day: Days) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """What is said about one job."""
        yield "ServiceCompleted", "upstream.crm", {"service_id": "s-1", "customer_id": "c-1"}
        if self._happens(day.quarantined):
            yield "PreparationRejected", "referral.prep", {"historical": False}
            return
        yield "ReferralPrepared", "referral.prep", {}
        if self._happens(day.failed):
            yield "DraftFailed", "referral.orchestrator", BY | {"arm": day.arm, "reason": "model_timeout", "attempts": 3}
            return
        took = round(1000 * day.slow * self.random.uniform(0.6, 1.6))
        yield "ReferralDrafted", "referral.orchestrator", DRAFTED | {"arm": day.arm, "latency_ms": took, "cost_usd": day.cost}
        approved = self._happens(day.approved)
        yield "ReferralReviewed", "referral.orchestrator", REVIEWED | {"decision": "approved" if approved else "rejected"}
        if approved:
            yield "ReferralSent", "referral.orchestrator", {}
            yield from [("ReferralBounced", "referral.orchestrator", {"kind": "permanent"})] if self._happens(day.bounced) else []
            yield from [("ReferralComplained", "referral.orchestrator", {})] if self._happens(day.complained) else []

    def _happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def _measured(self, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
        self._keep(namespace("prod"), name, dimensions | {"service": "platform"}, self._at, value)

    def _keep(self, space: str, name: str, dimensions: dict[str, str], at: float, value: float) -> None:
        self.kept[space, name][frozenset(dimensions.items())].append(Sample(at, value))


def _row(kind: str, source: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"detail_type": kind, "source": source, "replay": False, "data": json.dumps(data)}
