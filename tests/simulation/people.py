"""Everybody who is no service: each verb of the scenario is a function that does it."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation import customers, engineers, mishaps, reviewers
from tests.simulation.scenario import Action
from tests.simulation.world import World

VERBS: dict[str, Callable[..., Any]] = {**customers.VERBS, **reviewers.VERBS, **engineers.VERBS, **mishaps.VERBS}


def do(world: World, action: Action) -> None:
    """What the scenario says; what the action leaves open is drawn from its own draw."""
    world.history.add(world.clock.seconds, "action", said=str(action))
    VERBS[action.what](world, Random(action.draw), *action.about)
