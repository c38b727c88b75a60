"""The shortest history that still fails: fewer faults and fewer actions, tried in ever smaller pieces until none can go."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from tests.simulation.run import Run
from tests.simulation.scenario import Action, scenario

Part = TypeVar("Part", bound=Hashable)
_MOST_TRIES = 500


class Shrinker:
    """Shortens what a seed does for as long as the same invariant fails."""

    def __init__(self, seed: int, invariant: str, most: int = _MOST_TRIES, **variant: Any) -> None:
        self.seed, self.invariant, self.most, self.variant = seed, invariant, most, variant
        self.tries = 0

    def go(self) -> Run:
        """The shortest failing run that was found; faults first, since most of them only move what happens."""
        last = self._run(scenario(self.seed), None)
        size = 0
        while size != (size := _size(last)):
            last = self._shorter(last)
        return last

    def _shorter(self, run: Run) -> Run:
        actions, faults = run.actions, run.world.faults.fired
        points = shortened(list(faults), lambda some: self._fails(actions, _only(faults, some)))
        kept = shortened(actions, lambda some: self._fails(some, _only(faults, points)))
        return self._run(kept, _only(faults, points))

    def _fails(self, actions: Sequence[Action], faults: Mapping[str, str]) -> bool:
        self.tries += 1
        return self.tries <= self.most and any(found.invariant == self.invariant for found in self._run(actions, faults).found)

    def _run(self, actions: Sequence[Action], faults: Mapping[str, str] | None) -> Run:
        run = Run(self.seed, actions, faults, **self.variant)
        run.go()
        return run


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


def _only(faults: Mapping[str, str], points: Sequence[str]) -> dict[str, str]:
    return {point: faults[point] for point in points}


def _size(run: Run) -> int:
    return len(run.actions) + len(run.world.faults.fired)
