"""The deployer in its own words: where each rollout stood, and the outcomes that counted; nothing is decided."""

from services.deployer import counters, reactions
from services.deployer.results import Judged, is_evidence, outcome, values
from shared.app import Routes
from shared.events.deployer import (
    Change, RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack,
    RolloutStarted,
)
from shared.events.orchestrator import DraftFailed, ReferralDrafted, ReferralReviewed
from shared.unit import Unit

_AS_IT_IS = ("AgentRegistered", "AgentRetired", "AliasMoved", "EvaluationFinished")
_ENDS = {  # what is announced -> status, change
    RolloutStarted: ("running", "started"), RolloutAdvanced: ("running", "advanced"), RolloutHeld: ("held", "held"),
    RolloutResumed: ("running", "resumed"), RolloutCompleted: ("released", "released"),
    RolloutRolledBack: ("rolled_back", "rolled_back"), RolloutRefused: ("refused", "refused"),
}
routes = Routes("deployer", known={name: reactions.follow.routes[name] for name in _AS_IT_IS})


@routes.fold(RolloutStarted, inbox=False)
@routes.fold(RolloutAdvanced, inbox=False)
@routes.fold(RolloutHeld, inbox=False)
@routes.fold(RolloutResumed, inbox=False)
@routes.fold(RolloutCompleted, inbox=False)
@routes.fold(RolloutRolledBack, inbox=False)
@routes.fold(RolloutRefused, inbox=False)
def changed(said: Change, unit: Unit) -> None:
    rollout, (status, change) = f"ROLLOUT#{said.rollout_id}", _ENDS[type(said)]
    line = said.model_dump(include={"revision", "percent", "reason", "by"})
    unit.put((rollout, f"CHANGE#{said.revision:06d}"), line | {"change": change})
    if isinstance(said, RolloutStarted):
        unit.put((rollout, "FROZEN"), {"objective_ms": said.latency_objective_ms})
    if int((unit.item((rollout, "STATE")) or {}).get("revision", 0)) < said.revision:
        about = said.model_dump(include={"rollout_id", "revision", "agent", "candidate_hash", "salt", "reason", "by"})
        unit.put((rollout, "STATE"), about | {"status": status, "change": change, "candidate": said.candidate or None})


@routes.fold(ReferralDrafted, inbox=False)
@routes.fold(DraftFailed, inbox=False)
@routes.fold(ReferralReviewed, inbox=False)
def count(said: Judged, unit: Unit) -> None:
    """What is evidence in a rollout that has started."""
    frozen = unit.item((f"ROLLOUT#{said.rollout_id}", "FROZEN"))
    first = counters.first_of(unit, said, values(said)) if frozen and is_evidence(said) else {}
    if first:
        at, objective = unit.cause.occurred_at, int(frozen["objective_ms"])
        counters.count(unit, str(said.rollout_id), [outcome(said, *one, objective, at) for one in first.items()])
