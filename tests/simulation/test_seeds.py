"""Whatever goes wrong, every promise is kept."""

import pytest

from tests.simulation import house
from tests.simulation.run import Run

_SEEDS = 20


@pytest.mark.parametrize("seed", range(_SEEDS))
def test_every_invariant_holds_whatever_goes_wrong(seed: int) -> None:
    assert Run(seed).go() == []


def test_every_deployed_function_takes_part() -> None:
    assert house.unknown() == []
