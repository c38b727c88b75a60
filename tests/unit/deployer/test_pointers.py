"""The parameters that say which version writes: always what the table says, in whatever order events arrive."""

import pytest

from shared.events import deployer
from tests.harness.room import record, said
from tests.unit.deployer.house import NEW, OLD, House, evaluated, moved

NOBODY = {"version": None, "config_hash": None, "percent": 0, "rollout_id": None}


@pytest.fixture
def house() -> House:
    return House()


def pass_on(house: House) -> None:
    """Deliver every change that was announced."""
    for event in house.said():
        kind = getattr(deployer, event.pop("type"))
        house.room.when(kind.model_validate(event))


def test_they_follow_production_and_the_candidate(house: House) -> None:
    assert house.ssm.values == {"production": {"version": 1, "config_hash": OLD, "revision": 1}, "candidate": NOBODY}
    house.asked().room.given(evaluated())
    pass_on(house)
    candidate = {"version": 2, "config_hash": NEW, "percent": 10, "rollout_id": house.rollout_id}
    assert house.ssm.values["candidate"] == candidate
    house.order("advance")
    pass_on(house)
    assert house.ssm.values["candidate"] == candidate | {"percent": 50}
    house.order("rollback")
    pass_on(house)
    assert house.ssm.values["candidate"] == NOBODY


def test_a_move_of_which_the_table_has_not_heard_comes_again(house: House) -> None:
    ahead = moved(2, NEW, 2)
    house.room.routes, follow = house.room.routes[1:], house.room.routes[0]
    assert len(house.room.when(ahead)) == 1
    assert house.ssm.values["production"]["version"] == 1
    house.room.routes = (follow, *house.room.routes)
    assert house.room.when(ahead) == []
    assert house.ssm.values["production"] == {"version": 2, "config_hash": NEW, "revision": 2}


def test_an_old_event_writes_what_is_so_now(house: House) -> None:
    house.room.given(moved(2, NEW, 2))
    house.ssm.values.clear()
    house.room.when(moved(1, OLD, 1))
    assert house.ssm.values["production"]["version"] == 2


def test_what_changes_while_they_are_written_is_written_too(house: House) -> None:
    house.asked()
    house.ssm.meanwhile.append(lambda: house.order("advance"))
    house.room.when(moved(1, OLD, 1))
    assert house.ssm.values["candidate"]["percent"] == 10


def test_a_replay_writes_nothing(house: House) -> None:
    house.ssm.values.clear()
    replayed = moved(2, NEW, 2)
    house.room.deliver([record(replayed, metadata=said(replayed), **{"replay-name": "again"})])
    assert house.ssm.values == {}
