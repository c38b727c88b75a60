"""What becomes of drafts in these stories; each event with an id of its own, so that it can come again."""

from collections.abc import Iterable, Sequence
from itertools import count
from random import Random
from typing import Any

from shared.events import Event
from shared.events.orchestrator import (
    DraftFailed, DraftWithdrawn, ReferralConverted, ReferralDrafted, ReferralReviewed, ReferralSent,
)
from tests.harness.room import record, said
from tests.unit.registry.story import AGENT, Registry

Told = tuple[Event, str]
_numbers = count(1)


def drafted(referral: str, version: int = 2, **known: Any) -> Told:
    return told(ReferralDrafted(**{
        **_ids(referral), **_assigned(version), "config_hash": "h", "prompt_hash": "p", "features_version": 1,
        "input_tokens": 400, "output_tokens": 100, "latency_ms": 1000, "cost_usd": "0.002",
    } | known))


def failed(referral: str, version: int | None = 2, reason: str = "model_refused", attempts: int = 1) -> Told:
    return told(DraftFailed(
        referral_id=referral, customer_id="c-1", reason=reason, attempts=attempts, **_assigned(version),
    ))


def reviewed(referral: str, decision: str = "approved", version: int = 2, **known: Any) -> Told:
    return told(ReferralReviewed(**{
        **_ids(referral), **_assigned(version), "decision": decision, "edited": False, "reviewer": "r-1", "seconds": 30,
        "reason": "wrong_tone" if decision == "rejected" else None,
    } | known))


def sent(referral: str) -> Told:
    return told(ReferralSent(**_ids(referral), message_id="m-1"))


def converted(referral: str, version: int = 2) -> Told:
    return told(ReferralConverted(**{
        **_ids(referral), **_assigned(version), "prompt_hash": "p", "booked_at": "2026-11-22T09:00:00Z",
        "amount": "250.00", "currency": "EUR",
    }))


def withdrawn(referral: str, version: int = 2) -> Told:
    return told(DraftWithdrawn(**_ids(referral), **_assigned(version), reason="rolled_back"))


def told(event: Event) -> Told:
    return event, f"outcome-{next(_numbers)}"


def hear(registry: Registry, some: Iterable[Told], size: int = 10) -> None:
    """The registry hears these in batches; none of them comes again."""
    records = [record(event, metadata=said(event, event_id)) for event, event_id in some]
    for start in range(0, len(records), size):
        assert registry.deliver(records[start : start + size]) == []


def shuffled(story: Sequence[Told], chance: Random) -> list[Told]:
    """Everything in any order, and some of it twice."""
    order = [*story, *chance.choices(story, k=len(story) // 2)] if story else []
    chance.shuffle(order)
    return order


def figures(registry: Registry, version: int = 2) -> dict[str, Any]:
    """The version's performance, without when it was counted."""
    known = registry.version(version, "/performance")
    return {name: value for name, value in known.items() if name not in ("generation", "counted_since")}


def _assigned(version: int | None) -> dict[str, Any]:
    return {"agent": AGENT, "version": version}


def _ids(referral: str) -> dict[str, str]:
    return {
        "referral_id": referral, "draft_id": f"d-{referral}", "customer_id": "c-1", "content_hash": "x",
    }
