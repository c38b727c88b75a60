"""An orchestrator during a rollout: version 2 on trial against version 1."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.events import Metadata
from tests.harness.rollouts import started
from tests.harness.room import record
from tests.unit.orchestrator.story import CONFIG, House, prepared, registered

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CANDIDATE = CONFIG.model_copy(update={"system_prompt": "You write long, honest mails."})


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
