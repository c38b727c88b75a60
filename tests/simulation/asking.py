"""How a person asks a service: again and again, until there is an answer."""

from typing import Any

from tests.simulation.world import World

_TRIES = 4


def insist(world: World, service: str, method: str, path: str, body: Any) -> None:
    for _ in range(_TRIES):
        answer = world.call(service, method, path, body)
        if answer and answer.status < 500:
            return
