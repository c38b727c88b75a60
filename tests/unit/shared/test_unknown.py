"""Fields that a contract does not know are counted at every depth; what is free to have any name has none too many."""

from typing import Any

import pytest
from pydantic import BaseModel

from shared.events.unknown import unknown


class Part(BaseModel):
    name: str = ""


class Whole(BaseModel):
    part: Part = Part()
    parts: list[Part] = []
    pair: tuple[Part, ...] = ()
    free: dict[str, Any] = {}
    by_name: dict[str, Part] = {}


@pytest.mark.parametrize(("told", "count"), [
    ({}, 0),
    ({"part": {"name": "a"}, "parts": [{"name": "b"}], "free": {"anything": 1}, "by_name": {"x": {"name": "c"}}}, 0),
    ({"more": 1, "and": {"more": {"deep": 2}}}, 2),
    ({"part": {"name": "a", "more": 1}}, 1),
    ({"parts": [{"more": 1}, {"name": "b"}, {"more": 1, "and": 2}]}, 3),
    ({"pair": [{"more": 1}]}, 1),
    ({"free": {"deep": {"more": [{"and": 1}]}}}, 0),
    ({"by_name": {"x": {"more": 1}, "y": {"name": "c"}}}, 1),
])  # fmt: skip
def test_what_was_told_too_much_is_counted(told: dict[str, Any], count: int) -> None:
    assert unknown(Whole.model_validate(told), told) == count
