"""Which version writes to a customer; pure."""

from services.orchestrator.draft import Author
from services.orchestrator.rollout import Pointer, Rollout
from shared.assignment import Split


def chosen(agent: str, customer_id: str, pointer: Pointer | None, rollout: Rollout | None) -> Author | None:
    """The version that this customer is given: one of two while a rollout divides, else the serving one."""
    if not rollout or not rollout.divides:
        return serving(agent, pointer, rollout)
    part = {"agent": agent, "share": rollout.percent, "rollout_id": rollout.rollout_id}
    if Split(rollout.salt, rollout.percent).to_candidate(customer_id):
        return Author(**part, arm="candidate", version=rollout.candidate, config_hash=rollout.candidate_hash)
    return Author(**part, arm="control", version=rollout.baseline, config_hash=rollout.baseline_hash)


def serving(agent: str, pointer: Pointer | None, rollout: Rollout | None) -> Author | None:
    """The version that is not on trial; None where nobody has said yet what is in production.

    A candidate serves from its release on, also before the pointer has followed. Once it is rolled back its baseline
    does, even where the pointer still names the candidate, until that is moved.
    """
    if rollout and rollout.releases(pointer):
        released = {"version": rollout.candidate, "config_hash": rollout.candidate_hash}
        return Author(agent=agent, rollout_id=rollout.rollout_id, **released)
    if rollout and (rollout.divides or (rollout.rolled_back and rollout.moved(pointer))):
        return Author(agent=agent, version=rollout.baseline, config_hash=rollout.baseline_hash)
    if not pointer:
        return None
    because = rollout.rollout_id if rollout and rollout.moved(pointer) else None
    return Author(agent=agent, version=pointer.version, config_hash=pointer.config_hash, rollout_id=because)
