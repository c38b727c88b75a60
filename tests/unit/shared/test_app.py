"""How a batch is handled: each event once, one that fails alone, and nothing that was decided on old knowledge."""

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from botocore.stub import Stubber

from shared import aws
from shared.app import NotYet, Routes
from shared.events import Metadata, UpstreamFact
from shared.events.loops import MAX_HOPS
from shared.store import Write
from tests.harness.echo import Echoed, Shouted, hall
from tests.harness.memory import Contended, MemoryStore
from tests.harness.room import Room, record, said
from tests.unit.shared.house import House, Knocked, Rung, door

CANARY = "canary@example.com"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/mailbox"
_names = count(1)


class Narrow(MemoryStore):
    """A table that does not take more than one event's writes at once, for a reason that nobody foresaw."""

    def commit(self, writes: Sequence[Write]) -> None:
        if sum(write.key[1] == "OUTBOX" for write in writes) > 1:
            raise RuntimeError("Transaction request cannot include more")
        super().commit(writes)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def room(house: House) -> Room:
    return Room(house.routes)


def rings(room: Room, name: str = "front") -> int:
    return int(room.store.items.get(door(name), {"rings": 0})["rings"])


def ring(name: str, **more: Any) -> Rung:
    return Rung(ring=name, **more)


def overtaken(room: Room, times: int) -> Contended:
    """A store in which somebody else rings just before what we decided is written."""
    store, same = Contended(), MemoryStore()
    same.items = store.items
    for number in range(times):
        other = record(ring(f"other-{number}"))
        store.meanwhile.append(lambda other=other: room.routes[0].batch(same).run([other]))
    room.store = store
    return store


def broken(detail: Any) -> dict[str, Any]:
    return record(detail, **{"detail-type": "Rung"})


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# Each event once

def test_a_batch_is_read_at_once_and_written_at_once(room: Room) -> None:
    assert room.when(ring("1"), ring("2", door="back"), ring("3")) == []
    assert (room.store.reads, room.store.commits) == (1, 1)
    assert (rings(room), rings(room, "back")) == (2, 1)
    assert room.announced_types() == ["Opened"] * 3


def test_an_event_that_comes_again_has_no_effect_whatever_its_transport_calls_it(room: Room) -> None:
    room.given(ring("1"))
    assert room.when(ring("1"), ring("2")) == []
    assert room.when(ring("1"), ring("1")) == []
    assert rings(room) == 2


def test_an_event_twice_in_one_batch_counts_once(room: Room) -> None:
    room.when(ring("1"), ring("1"), ring("2"))
    assert (rings(room), room.store.commits) == (2, 1)


def test_an_effect_happens_once(room: Room, house: House) -> None:
    event = Knocked(who=1)
    metadata = said(event, event_id="e-1")
    for _ in range(3):
        assert room.deliver([record(event, metadata=metadata), record(event, metadata=metadata)]) == []
    assert house.called == [1]


def test_nothing_to_do_is_nothing_done(room: Room) -> None:
    assert room.deliver([]) == []
    assert room.store.commits == 0


# One that fails fails alone

def test_a_poisoned_record_alone_comes_again_and_the_others_are_one_commit(room: Room, house: House) -> None:
    house.fails["2"] = RuntimeError("no")
    records = [record(ring(name)) for name in "123"]
    assert room.deliver(records) == [records[1]["messageId"]]
    assert (rings(room), room.store.commits, len(room.announced)) == (2, 1, 2)


def test_once_the_fault_is_mended_the_same_record_has_its_effect(room: Room, house: House) -> None:
    house.fails["2"] = RuntimeError("no")
    room.given(ring("1"), ring("2"))
    house.fails.clear()
    assert room.when(ring("1"), ring("2")) == []
    assert rings(room) == 2


def test_rubbish_comes_again_alone(room: Room) -> None:
    rubbish = record(ring("1")) | {"body": "no json"}
    good = record(ring("2"))
    assert room.routes[0].batch(room.store).run([rubbish, good]) == {
        "batchItemFailures": [{"itemIdentifier": rubbish["messageId"]}],
    }
    assert rings(room) == 1


def test_an_effect_that_fails_comes_again_and_is_not_taken_for_done(room: Room, house: House) -> None:
    house.fails[1] = RuntimeError("no")
    event = record(Knocked(who=1))
    assert room.deliver([event, record(Knocked(who=2))]) == [event["messageId"]]
    house.fails.clear()
    assert room.deliver([event]) == []
    assert house.called == [2, 1]


def test_a_service_that_answers_its_own_event_is_stopped() -> None:
    """Each event says how many led to it; the one too many comes again until it is a dead letter."""
    room, heard, rounds = Room(hall()), 0, 0
    assert room.when(Shouted(call="hello")) == []
    while len(room.announced) > heard and (rounds := rounds + 1) < 2 * MAX_HOPS:
        latest = room.announced[-1]
        heard, told = len(room.announced), Metadata.model_validate(latest["metadata"])
        again = room.deliver([record(Echoed(call="hello"), metadata=told)])
    assert (len(room.announced), len(again), told.hops) == (MAX_HOPS + 1, 1, MAX_HOPS + 1)


def test_something_that_is_not_there_yet_is_waited_for(room: Room, house: House) -> None:
    house.fails["1"] = NotYet()
    assert len(room.when(ring("1"))) == 1
    assert room.store.items == {}
    house.fails.clear()
    assert room.when(ring("1")) == []


def test_what_comes_again_is_postponed_and_what_is_done_is_not(
    room: Room, house: House, monkeypatch: pytest.MonkeyPatch, forgetful: None,
) -> None:
    monkeypatch.setenv("MAILBOX_URL", QUEUE)
    house.fails["1"] = NotYet()
    records = [record(ring(name), receives=3) | {"receiptHandle": f"receipt-{name}"} for name in "12"]
    wanted = {"QueueUrl": QUEUE, "ReceiptHandle": "receipt-1", "VisibilityTimeout": 27}
    with Stubber(aws.client("sqs")) as queue:
        queue.add_response("change_message_visibility", {}, wanted)
        room.deliver(records)
        queue.assert_no_pending_responses()


def test_a_reaction_knows_how_often_its_event_came(room: Room, house: House) -> None:
    room.when(Knocked(who=1), receives=4)
    assert house.receives == [4]


# Nothing is decided on old knowledge

def test_a_group_that_was_overtaken_decides_anew_together(room: Room) -> None:
    store = overtaken(room, times=1)
    assert room.when(ring("1"), ring("2")) == []
    assert (rings(room), store.commits) == (3, 1)


def test_where_a_group_is_overtaken_again_and_again_each_goes_alone(room: Room) -> None:
    store = overtaken(room, times=5)
    assert room.when(ring("1"), ring("2")) == []
    assert (rings(room), store.commits) == (7, 2)


def test_a_group_that_is_too_large_for_one_transaction_goes_one_by_one(room: Room) -> None:
    assert room.when(ring("1", rows=60), ring("2", rows=60)) == []
    assert (rings(room), room.store.commits) == (2, 2)


def test_a_group_that_the_table_does_not_take_goes_one_by_one(room: Room) -> None:
    room.store = Narrow()
    assert room.when(ring("1"), ring("2")) == []
    assert rings(room) == 2


def test_one_that_is_too_large_alone_comes_again_alone(room: Room) -> None:
    records = [record(ring("1", rows=120)), record(ring("2"))]
    assert room.deliver(records) == [records[0]["messageId"]]
    assert rings(room) == 1


def test_who_was_overtaken_decides_anew(room: Room) -> None:
    overtaken(room, times=1)
    assert room.when(ring("1")) == []
    assert [event["data"]["rings"] for event in room.announced] == [1, 2]


def test_who_is_overtaken_for_ever_comes_again_later(room: Room) -> None:
    store = overtaken(room, times=50)
    assert len(room.when(ring("1"))) == 1
    assert len(store.meanwhile) > 40


# What may be said by whom, and when

@pytest.mark.parametrize(("event", "source"), [
    (Rung(ring="1"), "referral.house"), (Rung(ring="1"), "aws.events"), (Rung(ring="1"), "upstreams"),
    (Knocked(who=1), "upstream.crm"), (Knocked(who=1), "referral.house"), (Knocked(who=1), "referral.neighbours"),
])
def test_nobody_speaks_for_somebody_else(room: Room, house: House, event: Any, source: str) -> None:
    assert len(room.when(event, source=source)) == 1
    assert (room.store.items, house.called) == ({}, [])


def test_what_nobody_listens_for_stays_in_the_queue(room: Room) -> None:
    strange = record(ring("1"), **{"detail-type": "Whispered"})
    answer = room.routes[0].batch(room.store).run([strange])
    assert answer["batchItemFailures"] == [{"itemIdentifier": strange["messageId"]}]


def test_a_replay_is_folded_and_has_no_effect_outside(room: Room, house: House) -> None:
    assert room.when(ring("1"), Knocked(who=1), **{"replay-name": "again"}) == []
    assert (rings(room), house.called) == (1, [])


def test_an_effect_that_a_replay_did_not_have_is_still_to_come_live(room: Room, house: House) -> None:
    event = Knocked(who=1)
    metadata = said(event)
    room.deliver([record(event, metadata=metadata, **{"replay-name": "again"})])
    room.deliver([record(event, metadata=metadata)])
    assert house.called == [1]


@pytest.mark.parametrize("detail", [{"metadata": {}, "data": {}}, {"who": 1}, {}, [], None, "text"])
def test_a_broken_event_of_our_own_is_a_fault_and_stays_in_the_queue(room: Room, house: House, detail: Any) -> None:
    one = record(Knocked(who=1), detail=detail)
    assert room.deliver([one, record(ring("1"))]) == [one["messageId"]]
    assert (house.called, rings(room)) == ([], 1)


@pytest.mark.parametrize("detail", [{}, [], None, "text", {"ring": {}}, {"ring": "1", "rows": "many"}])
def test_a_broken_upstream_fact_that_nobody_keeps_stays_in_the_queue(room: Room, detail: Any) -> None:
    one = broken(detail)
    assert room.deliver([one, record(ring("2"))]) == [one["messageId"]]
    assert rings(room) == 1


def test_a_broken_upstream_fact_that_another_service_keeps_does_not_come_again() -> None:
    routes = Routes("house")
    routes.fold(type(ring("1")), inbox=False, broken_kept_by="prep")(lambda event, unit: None)
    assert Room(routes).deliver([broken({}), record(ring("2"))]) == []


def test_a_broken_upstream_fact_goes_to_whoever_wants_it(house: House) -> None:
    room = Room(house.keeps_what_is_broken().routes)
    assert room.deliver([broken({"ring": {}}), record(ring("2"))]) == []
    assert (house.set_aside, rings(room)) == ([{"ring": {}}], 1)


def test_a_broken_fact_that_could_not_be_kept_comes_again(house: House) -> None:
    room = Room(house.keeps_what_is_broken().routes)
    house.fails["broken"] = RuntimeError("no")
    assert len(room.deliver([broken({"ring": {}}), record(ring("2"))])) == 1
    assert rings(room) == 1


def test_a_rule_asks_for_what_its_route_listens_to(house: House) -> None:
    assert house.routes.patterns() == {
        "Rung": {"source": [{"prefix": UpstreamFact.source}], "detail-type": ["Rung"]},
        "Knocked": {"source": ["referral.neighbour"], "detail-type": ["Knocked"], "detail": {"data": {"who": [1, 2]}}},
    }


# What is seen of it

def test_what_happened_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    house = House(f"house-{next(_names)}")
    house.fails["3"] = RuntimeError("no")
    room = Room(house.routes)
    details = [{"ring": "1", "mood": "good"}, {"ring": "1"}, {"ring": "3"}, {"ring": []}]
    room.deliver([*map(broken, details), record(Knocked(who=1), **{"replay-name": "again"})])
    counted = logged(capsys)[-1]
    assert {name: counted[name] for name in counted if name[0].isupper()} == {
        "EventsHandled": [1.0], "Duplicates": [1.0], "EventsFailed": [2.0], "Malformed": [1.0], "UnknownFields": [1.0],
        "EffectsRefusedInReplay": [1.0],
    }


def test_nothing_that_anybody_typed_is_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    house = House(f"house-{next(_names)}")
    house.fails["1"] = RuntimeError(CANARY)
    rubbish = record(ring("1")) | {"body": CANARY}
    room = Room(house.keeps_what_is_broken().routes)
    room.deliver([record(ring("1")), broken({"ring": [CANARY]}), broken({"ring": "2", "mood": CANARY, "door": CANARY})])
    room.routes[0].batch(room.store).run([rubbish])
    seen = capsys.readouterr()
    assert "RuntimeError" in seen.out
    assert CANARY not in seen.out + seen.err
