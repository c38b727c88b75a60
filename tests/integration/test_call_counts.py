"""What the capacity model believes of calls is what the real handlers call."""

import json
from typing import Any

import pytest

from docs.scalability.counting import COMMAND, FILE
from tests.harness.journey import Handled, journey

BYTES, UNITS = 150, 2  # times are not always of the same length, and two drafts may meet in a shard


@pytest.fixture(scope="module")
def measured() -> dict[str, Handled]:
    return {f"{one.function} {one.kind}": one for one in journey()}


@pytest.fixture(scope="module")
def believed() -> dict[str, dict[str, Any]]:
    return {f"{one['function']} {one['kind']}": one for one in json.loads(FILE.read_text())["handled"]}


def test_every_call_of_every_kind_of_event_is_as_the_model_has_it(
    measured: dict[str, Handled], believed: dict[str, dict[str, Any]],
) -> None:
    calls = {name: (one.times, one.calls) for name, one in measured.items()}
    assert calls == {name: (one["times"], one["calls"]) for name, one in believed.items()}, f"count anew: {COMMAND}"


def test_rows_that_all_referrals_share_are_those_that_the_model_knows(
    measured: dict[str, Handled], believed: dict[str, dict[str, Any]],
) -> None:
    common = {name: one.common for name, one in measured.items()}
    assert common == {name: one["common"] for name, one in believed.items()}, f"count anew: {COMMAND}"


def test_units_and_bytes_are_about_what_the_model_has(
    measured: dict[str, Handled], believed: dict[str, dict[str, Any]],
) -> None:
    for name, one in measured.items():
        known = believed[name]
        assert abs(one.write_units - known["write_units"]) <= UNITS, name
        assert one.read_units == known["read_units"], name
        assert one.bytes_written == pytest.approx(known["bytes_written"], rel=0.05, abs=BYTES), name
