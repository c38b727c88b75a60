"""A look at every rollout that has not ended, for what only time says: gates that open, patience that ends."""

from functools import partial

from services.deployer import moves, table
from services.deployer.deployment import Deployment
from shared.commit import run
from shared.clock import Clock, new_id, now
from shared.events import Metadata
from shared.observe import Observer
from shared.store import Store
from shared.unit import Unit


class NotLooked(Exception):
    """Some rollouts could not be looked at; the log names them, and the next round looks again."""


def decide_all(store: Store, clock: Clock = now) -> dict[str, int]:
    """Look at each in a transaction of its own; one that can't be looked at holds up no other and is told at last."""
    observer = Observer("deployer")
    ids = table.all_active(store)
    failed = sum(not _decided(rollout_id, store, clock, observer) for rollout_id in ids)
    observer.count("RolloutsActive", len(ids))
    observer.count("LooksFailed", failed)
    observer.flush()
    if failed:
        raise NotLooked(f"{failed} of {len(ids)}")
    return {"looked": len(ids)}


def _decided(rollout_id: str, store: Store, clock: Clock, observer: Observer) -> bool:
    cause = Metadata(event_id=new_id(), occurred_at=clock(), correlation_id=rollout_id, producer="schedule")
    try:
        looked_at = run(partial(_look, rollout_id), partial(_unit, store, clock, cause))
    except Exception as error:
        observer.failure("look failed", error, rollout_id=rollout_id)
        return False
    if looked_at:
        by = {"agent": looked_at.agent, "version": str(looked_at.candidate or "none")}
        observer.measure("RolloutShare", looked_at.percent, "Percent", by)
        observer.count("RolloutsOverdue", int(looked_at.overdue(clock())))
    return True


def _look(rollout_id: str, unit: Unit) -> Deployment | None:
    rollout = table.rollout(unit, rollout_id)
    return moves.look(unit, rollout) if rollout else None


def _unit(store: Store, clock: Clock, cause: Metadata) -> Unit:
    unit = Unit(store, "referral.deployer", clock)
    unit.begin(cause)
    return unit
