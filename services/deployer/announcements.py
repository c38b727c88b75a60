"""What is announced about a rollout when it changed."""

from typing import Any

from services.deployer.deployment import Change, Deployment
from services.deployer.gates import Standing, standing
from services.deployer.outcomes import Tally
from shared.events import Event
from shared.events.deployer import (
    Evidence, RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutRequested, RolloutResumed,
    RolloutRolledBack, RolloutStarted,
)

_EVENTS: dict[Change, type[Event]] = {
    "advanced": RolloutAdvanced, "held": RolloutHeld, "resumed": RolloutResumed, "released": RolloutCompleted,
    "rolled_back": RolloutRolledBack, "refused": RolloutRefused,
}


def changed(rollout: Deployment, tally: Tally, found: Standing | None = None) -> Event:
    """What the last change says, with the counters it rests on where customers were reached."""
    if rollout.change in ("requested", "registered"):
        return requested(rollout)
    if rollout.change == "started":
        return RolloutStarted(
            **_common(rollout), plan=rollout.plan.model_dump(mode="json"), evaluation_id=rollout.evaluation_id,
            latency_objective_ms=rollout.latency_objective_ms,
        )
    evidence = _evidence(tally, found or standing(rollout.plan, tally)) if rollout.started else None
    return _EVENTS[rollout.change](**_common(rollout), evidence=evidence)


def requested(rollout: Deployment) -> RolloutRequested:
    return RolloutRequested(
        rollout_id=rollout.rollout_id, agent=rollout.agent, candidate=rollout.candidate,
        candidate_hash=rollout.candidate_hash, baseline=rollout.baseline.version,
        baseline_hash=rollout.baseline.config_hash,
    )


def _common(rollout: Deployment) -> dict[str, Any]:
    baseline = rollout.baseline
    told = rollout.model_dump(include={"rollout_id", "revision", "agent", "candidate_hash", "salt", "reason", "by"})
    return told | {
        "candidate": rollout.candidate or 0,  # 0 where it ended before its content was registered
        "baseline": baseline.version, "baseline_hash": baseline.config_hash, "baseline_revision": baseline.revision,
        "percent": rollout.percent,
    }


def _evidence(tally: Tally, found: Standing) -> Evidence:
    return Evidence(
        counts=tally, log_e=found.log_e, log_trusted=found.log_trusted, log_advance=found.log_advance,
    )
