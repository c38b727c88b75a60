"""What the deployer says of a rollout: version 2 on trial against version 1."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.events import Metadata
from shared.events.deployer import (
    RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack, RolloutStarted,
)
from tests.harness.room import record
from tests.unit.orchestrator.story import CONFIG, House, prepared, registered

FIRST, SECOND = "the-salt-of-a-rollout-47", "the-salt-of-a-rollout-5"  # customer c-1 is among the first 10 %, or 50 %
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CANDIDATE = CONFIG.model_copy(update={"system_prompt": "You write long, honest mails."})


def change(kind: Any, revision: int, percent: int, **changes: Any) -> Any:
    said = {
        "rollout_id": "ro-1", "revision": revision, "agent": "referral-writer", "candidate": 2,
        "candidate_hash": "hash-2", "baseline": 1, "baseline_hash": "hash-1", "baseline_revision": 1,
        "percent": percent, "salt": FIRST, "reason": "it went well",
    }
    return kind.model_validate(said | changes)


def started(revision: int = 1, percent: int = 10, **changes: Any) -> RolloutStarted:
    planned = {"plan": {}, "evaluation_id": None, "latency_objective_ms": 9_000}
    return change(RolloutStarted, revision, percent, **planned | changes)


def held(revision: int = 2, percent: int = 10, **changes: Any) -> RolloutHeld:
    return change(RolloutHeld, revision, percent, **changes)


def resumed(revision: int = 3, percent: int = 10, **changes: Any) -> RolloutResumed:
    return change(RolloutResumed, revision, percent, **changes)


def advanced(revision: int = 4, percent: int = 50, **changes: Any) -> RolloutAdvanced:
    return change(RolloutAdvanced, revision, percent, **changes)


def completed(revision: int = 8, percent: int = 100, **changes: Any) -> RolloutCompleted:
    return change(RolloutCompleted, revision, percent, **changes)


def rolled_back(revision: int = 9, **changes: Any) -> RolloutRolledBack:
    return change(RolloutRolledBack, revision, 0, **changes)


def refused(revision: int = 9, **changes: Any) -> RolloutRefused:
    return change(RolloutRefused, revision, 0, **changes)


def at(minutes: int, event: Any) -> dict[str, Any]:
    """The event as it was said so many minutes after noon."""
    moment = NOON + timedelta(minutes=minutes)
    said = Metadata(
        event_id=f"{event.rollout_id}-{event.revision}", occurred_at=moment, correlation_id=event.rollout_id,
        producer=event.source,
    )
    return record(event, metadata=said)


def trial(house: House | None = None, percent: int = 10, **changes: Any) -> House:
    """Version 1 is in production, version 2 writes to its first customers."""
    house = (house or House()).ready()
    house.room.given(registered(2, CANDIDATE), started(percent=percent, **changes))
    return house


def by_candidate(house: House | None = None) -> House:
    """The candidate wrote a draft, which waits for a person."""
    house = trial(house)
    house.room.given(prepared())
    assert house.referral.author and house.referral.author.arm == "candidate"
    return house


def asked(house: House) -> list[str]:
    """The instructions that the model was given, one call after the other."""
    return [call["system"][0]["text"] for call in house.bedrock.asked]
