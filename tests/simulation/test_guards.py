"""Without any one of its guards the system breaks a promise, and the simulation sees it."""

from operator import attrgetter

import pytest

from tests.simulation.guards import GUARDS, Guard
from tests.simulation.run import Run

_SEEDS = 150


@pytest.mark.parametrize("guard", GUARDS, ids=attrgetter("name"))
def test_without_this_guard_a_promise_is_broken(guard: Guard) -> None:
    with guard.change():
        seeds = range(guard.first, guard.first + _SEEDS)
        runs = (Run(seed, guard.actions, around=guard.around, terms=guard.terms) for seed in seeds)
        assert any(found.invariant == guard.invariant for run in runs for found in run.go())


@pytest.mark.parametrize("guard", [guard for guard in GUARDS if guard.actions], ids=attrgetter("name"))
def test_with_it_the_same_history_keeps_every_promise(guard: Guard) -> None:
    assert Run(0, guard.actions, terms=guard.terms).go() == []
