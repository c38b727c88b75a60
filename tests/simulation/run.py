"""Runs of the simulation: one seed, or many; a failure is shortened before it is shown."""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.simulation.invariants import Violation, check
from tests.simulation.operator import Operator
from tests.simulation.people import People
from tests.simulation.process import installed
from tests.simulation.scenario import Action, scenario
from tests.simulation.world import World


class Run:
    """One seed from its first step to its last, and what is wrong then."""

    def __init__(
        self, seed: int, actions: Sequence[Action] | None = None, without: frozenset[int] = frozenset(), **variant: Any,
    ) -> None:
        self.actions = list(scenario(seed) if actions is None else actions)
        self.world = World(seed, without, **variant)
        self.steps = 0
        self.seed = seed

    def go(self) -> list[Violation]:
        """The invariants that do not hold."""
        world = self.world
        with installed(world.clock, world.outside.client, world.logs, Random(f"ids {self.seed}")):
            self._live()
            left = Operator(world).heal()
            return check(world, left)

    def _live(self) -> None:
        """People do what they do while the services work and fail."""
        people, waiting = People(self.world), list(self.actions)
        while waiting:
            self.steps += 1
            if self.world.clock.seconds >= waiting[0].at:
                action = waiting.pop(0)
                self.world.history.add(self.world.clock.seconds, "action", said=str(action))
                people.do(action)
            elif not self.world.step():
                self._wait_until(waiting[0].at)

    def _wait_until(self, at: float) -> None:
        due = self.world.next_due()
        next_at = min(at, self.world.next_round, at if due is None else due)
        self.world.clock.seconds = max(self.world.clock.seconds, next_at)
