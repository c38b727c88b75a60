"""What the deployer says of a rollout: version 2 of an agent on trial against version 1."""

from typing import Any

from shared.events.deployer import (
    RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack, RolloutStarted,
)

FIRST, SECOND = "the-salt-of-a-rollout-47", "the-salt-of-a-rollout-5"  # customer c-1 is among the first 10 %, or 50 %


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
