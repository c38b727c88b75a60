"""The shortest history that still fails: fewer actions and fewer faults, tried in ever smaller pieces."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from tests.simulation.run import Run
from tests.simulation.scenario import Action, scenario

Part = TypeVar("Part", bound=Hashable)
_MOST_TRIES = 120


class Shrinker:
    """Shortens what a seed does for as long as the same invariant fails."""

    def __init__(self, seed: int, invariant: str) -> None:
        self.seed, self.invariant = seed, invariant
        self.tries = 0

    def go(self) -> Run:
        """The shortest failing run that was found."""
        actions: list[Action] = shortened(scenario(self.seed), lambda some: self._fails(some, frozenset()))
        faults = self._faults(actions, frozenset())
        kept = shortened(sorted(faults), lambda some: self._fails(actions, faults - frozenset(some)))
        last = Run(self.seed, actions, faults - frozenset(kept))
        last.go()
        return last

    def _fails(self, actions: Sequence[Action], without: frozenset[int]) -> bool:
        self.tries += 1
        if self.tries > _MOST_TRIES:
            return False
        return any(found.invariant == self.invariant for found in Run(self.seed, actions, without).go())

    def _faults(self, actions: Sequence[Action], without: frozenset[int]) -> frozenset[int]:
        run = Run(self.seed, actions, without)
        run.go()
        return frozenset(run.world.faults.fired)


def shortened(parts: Sequence[Part], fails: Callable[[Sequence[Part]], bool]) -> list[Part]:
    """Leave out halves, quarters, ... of the parts as long as it fails without them (Zeller's ddmin, without its complements)."""
    kept, size = list(parts), max(1, len(parts) // 2)
    while kept:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if fails(fewer):
                kept = fewer
            else:
                start += size
        if size == 1:
            break
        size = max(1, size // 2)
    return kept
