"""Runs of the simulation: one seed, or many; a failure is shortened before it is shown."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from tests.simulation.invariants import Violation, check
from tests.simulation.operator import Operator
from tests.simulation import people
from tests.simulation.process import installed
from tests.simulation.scenario import Action, scenario
from tests.simulation.world import World


class Run:
    """One seed from its first step to its last, and what is wrong then."""

    def __init__(
        self, seed: int, actions: Sequence[Action] | None = None, faults: Mapping[str, str] | None = None, **variant: Any,
    ) -> None:
        self.actions = list(scenario(seed) if actions is None else actions)
        self.world = World(seed, faults, **variant)
        self.seed = seed
        self.found: list[Violation] = []

    def go(self) -> list[Violation]:
        """The invariants that do not hold."""
        world = self.world
        with installed(world, Random(f"ids {self.seed}")):
            self._live()
            left = Operator(world).heal()
            self.found = check(world, left)
        return self.found

    def _live(self) -> None:
        """People do what they do while the services work and fail."""
        waiting = list(self.actions)
        while waiting:
            if self.world.clock.seconds >= waiting[0].at:
                people.do(self.world, waiting.pop(0))
            elif not self.world.step():
                self._wait_until(waiting[0].at)

    def _wait_until(self, at: float) -> None:
        due = self.world.next_due()
        next_at = min(at, self.world.next_round, at if due is None else due)
        self.world.clock.seconds = max(self.world.clock.seconds, next_at)
