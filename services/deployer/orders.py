"""What a person may order, and when; pure."""

from typing import Literal

from services.deployer.deployment import Deployment, NotPossible, State

Order = Literal["advance", "hold", "resume", "rollback"]
_WHEN: dict[Order, tuple[State, ...]] = {
    "advance": ("waiting", "running", "held"), "hold": ("running",), "resume": ("held",),
    "rollback": ("waiting", "running", "held", "released"),
}
_INSTEAD: dict[State, str] = {
    "waiting": "it reached no customer yet: advance starts it without waiting, rollback ends it",
    "running": "it goes on by itself: hold, advance or roll it back",
    "held": "it waits for a person already: resume, advance or roll it back",
    "released": "it is over: roll it back, or start another one",
    "rolled_back": "it is over for good: start another one",
    "refused": "it is over for good: start another one",
}


def check(order: Order, rollout: Deployment, active: str | None) -> None:
    """Raise NotPossible, with what to do instead, where the order does not fit the rollout as it is.

    ``active`` is the rollout of the same agent that has not ended: an older one is not taken back from under it.
    """
    if rollout.status not in _WHEN[order]:
        raise NotPossible("not_possible", f"This rollout is {rollout.status}: {_INSTEAD[rollout.status]}.")
    if order == "advance" and rollout.waits_for == "version":
        raise NotPossible("not_registered", "Its content is not registered yet: wait for its version, then advance.")
    if active not in (None, rollout.rollout_id):
        said = f"Rollout {active} of the same agent is active and builds on this one: roll that one back first."
        raise NotPossible("rollout_active", said, rollout_id=active)
