"""Rows take less memory on the laptop and say the same."""

from typing import Any

import pytest

from infra.local import compact

ROW: dict[str, Any] = {
    "pk": {"S": "CUSTOMER#c-1"}, "version": {"N": "1"}, "erased": {"BOOL": False}, "prices": {"M": {"EUR": {"N": "1"}}},
    "gone": {"NULL": True}, "tags": {"SS": ["a", "b"]}, "text": {"S": "x" * 1_000},
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    compact._known.clear()


def test_a_row_stays_what_it_is() -> None:
    assert compact.compacted(ROW) == ROW
    assert compact.compacted(ROW | {"version": {"S": "1"}})["version"] == {"S": "1"}
    assert compact.compacted(ROW | {"version": {"BOOL": True}})["version"] == {"BOOL": True}


def test_what_two_rows_say_is_held_once() -> None:
    one, other = (compact.compacted({"source": {"S": "".join(["referral", ".prep"])}}) for _ in range(2))
    assert one["source"] is other["source"]
    assert next(iter(one)) is next(iter(other))


@pytest.mark.parametrize("value", [{"M": {"a": {"N": "1"}}}, {"L": []}, {"S": "x" * 1_000}])
def test_what_is_long_or_has_parts_is_held_for_each(value: dict[str, Any]) -> None:
    one, other = (compact.compacted({"a": dict(value)}) for _ in range(2))
    assert one == other
    assert one["a"] is not other["a"]


def test_what_is_known_does_not_grow_for_ever() -> None:
    for number in range(50_000):
        compact.compacted({"pk": {"S": f"c-{number}"}})
    assert len(compact._known) <= 20_001
