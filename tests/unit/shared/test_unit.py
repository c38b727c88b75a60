"""What a unit of work promises: everything that was decided is written together, or nothing is."""

import json
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from shared.clock import derived_id
from shared.events import Event, Metadata
from shared.store import MAX_WRITES, Key
from shared.unit import MAX_DETAIL_BYTES, Conflict, Duplicate, TooLarge, Unit
from tests.harness.memory import MemoryStore

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LAMP, CHAIR, PROOF = ("LAMP#1", "STATE"), ("CHAIR#1", "STATE"), ("JOB#1", "COUNTED")


class LampLit(Event):
    """Somebody lit a lamp."""

    source: ClassVar[str] = "referral.lamps"
    contract_version: ClassVar[int] = 3

    note: str = ""


class StoryBegun(LampLit):
    """An event that starts a story of its own."""

    def correlation(self) -> str:
        return "story-2"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def unit(store: MemoryStore, cause: str = "cause-1") -> Unit:
    begun = Unit(store, "referral.lamps", now=lambda: NOON)
    begun.begin(Metadata(event_id=cause, occurred_at=NOON, correlation_id="story-1", producer="test"))
    return begun


def stored(store: MemoryStore, *writes: tuple[Key, int]) -> MemoryStore:
    """A store in which these were written before."""
    before = unit(store)
    for key, value in writes:
        before.put(key, {"n": value})
    before.commit()
    return store


def outbox(store: MemoryStore) -> list[tuple[str, dict[str, object]]]:
    return [(key[0].removeprefix("OUTBOX#"), row) for key, row in store.items.items() if key[1] == "OUTBOX"]


def test_state_proof_and_announcement_are_one_commit(store: MemoryStore) -> None:
    work = unit(store)
    work.once(PROOF)
    work.put(LAMP, {"lit": True})
    said = work.announce(LampLit())
    assert store.items == {}
    work.commit()
    assert store.commits == 1
    assert set(store.items) == {PROOF, LAMP, (f"OUTBOX#{said.event_id}", "OUTBOX")}


def test_what_was_decided_is_seen_by_whoever_decides_next(store: MemoryStore) -> None:
    work = unit(store)
    work.put(LAMP, {"n": 1})
    assert work.item(LAMP) == {"n": 1}
    work.delete(LAMP)
    assert work.item(LAMP) is None


def test_items_that_were_loaded_together_are_not_read_again(store: MemoryStore) -> None:
    work = unit(stored(store, (LAMP, 1)))
    store.reads = 0
    work.load([LAMP, CHAIR])
    work.put(LAMP, {"n": 2})
    work.put(CHAIR, {"n": 2})
    assert (store.reads, work.item(LAMP), work.item(CHAIR)) == (1, {"n": 2}, {"n": 2})


def test_what_was_done_before_is_a_duplicate_at_once_where_its_proof_was_read(store: MemoryStore) -> None:
    done = unit(store)
    done.once(PROOF)
    done.commit()
    again = unit(store)
    again.load([PROOF])
    with pytest.raises(Duplicate):
        again.once(PROOF)


def test_what_was_done_before_is_a_duplicate_at_the_commit_where_its_proof_was_not_read(store: MemoryStore) -> None:
    first, second = unit(store), unit(store)
    for work in (first, second):
        work.once(PROOF)
        work.put(LAMP, {"n": 1})
    first.commit()
    with pytest.raises(Duplicate):
        second.commit()
    assert store.commits == 1


def test_the_same_thing_twice_in_one_unit_is_a_duplicate(store: MemoryStore) -> None:
    work = unit(store)
    work.once(PROOF)
    with pytest.raises(Duplicate):
        work.once(PROOF)


def test_a_proof_without_content_says_when(store: MemoryStore) -> None:
    work = unit(store)
    work.once(PROOF)
    work.commit()
    assert store.items[PROOF]["at"] == NOON.isoformat()


@pytest.mark.parametrize("meanwhile", ["changed", "created", "deleted"])
def test_what_somebody_else_changed_since_it_was_read_is_a_conflict_and_nothing_is_written(
    store: MemoryStore, meanwhile: str,
) -> None:
    if meanwhile != "created":
        stored(store, (LAMP, 1))
    mine, other = unit(store), unit(store)
    mine.put(CHAIR, {"n": 1})
    mine.put(LAMP, {"n": 2})
    other.delete(LAMP) if meanwhile == "deleted" else other.put(LAMP, {"n": 3})
    other.commit()
    with pytest.raises(Conflict):
        mine.commit()
    assert CHAIR not in store.items


def test_an_item_that_changed_and_changed_back_is_still_a_conflict(store: MemoryStore) -> None:
    stored(store, (LAMP, 1))
    mine = unit(store)
    mine.put(LAMP, {"n": 9})
    stored(store, (LAMP, 2))
    stored(store, (LAMP, 1))
    with pytest.raises(Conflict):
        mine.commit()


def test_creating_what_exists_is_a_conflict_with_and_without_reading(store: MemoryStore) -> None:
    stored(store, (LAMP, 1))
    seen, blind = unit(store), unit(store)
    seen.load([LAMP])
    with pytest.raises(Conflict):
        seen.create(LAMP, {"n": 2})
    blind.create(LAMP, {"n": 2})
    with pytest.raises(Conflict):
        blind.commit()
    assert store.items[LAMP]["n"] == 1


def test_a_required_item_that_changed_is_a_conflict_although_it_is_not_written(store: MemoryStore) -> None:
    mine = unit(store)
    mine.require(LAMP)
    mine.put(CHAIR, {"n": 1})
    stored(store, (LAMP, 1))
    with pytest.raises(Conflict):
        mine.commit()
    assert CHAIR not in store.items


def test_a_required_item_stays_as_it_is(store: MemoryStore) -> None:
    stored(store, (LAMP, 1))
    before = dict(store.items[LAMP])
    mine = unit(store)
    mine.require(LAMP)
    mine.put(CHAIR, {"n": 1})
    mine.commit()
    assert store.items[LAMP] == before


def test_requiring_what_is_written_anyway_does_not_take_the_write_away(store: MemoryStore) -> None:
    mine = unit(store)
    mine.put(LAMP, {"n": 1})
    mine.require(LAMP)
    mine.commit()
    assert store.items[LAMP]["n"] == 1


def test_a_unit_that_only_looked_writes_nothing(store: MemoryStore) -> None:
    work = unit(store)
    work.require(LAMP)
    work.commit()
    assert store.commits == 0


def test_an_attempt_that_fails_leaves_no_trace_and_what_was_before_it_is_written(store: MemoryStore) -> None:
    work = unit(store)
    work.put(LAMP, {"n": 1})
    with pytest.raises(ValueError, match="no"), work.attempt():
        work.put(LAMP, {"n": 2})
        work.once(PROOF)
        work.announce(LampLit())
        raise ValueError("no")
    work.commit()
    assert {key: row["n"] for key, row in store.items.items()} == {LAMP: 1}


def test_a_proof_of_a_failed_attempt_does_not_turn_a_conflict_into_a_duplicate(store: MemoryStore) -> None:
    work = unit(store)
    with pytest.raises(ValueError, match="no"), work.attempt():
        work.once(PROOF)
        raise ValueError("no")
    work.create(PROOF, {"n": 1})
    stored(store, (PROOF, 1))
    with pytest.raises(Conflict):
        work.commit()


def test_the_same_cause_always_announces_the_same_events(store: MemoryStore) -> None:
    first, again, other = unit(store), unit(MemoryStore()), unit(MemoryStore(), cause="cause-2")
    ids = [[work.announce(LampLit()).event_id for _ in range(3)] for work in (first, again, other)]
    assert ids[0] == ids[1]
    assert len({*ids[0], *ids[2]}) == 6


def test_what_one_cause_announces_in_several_commits_is_told_apart_by_what_it_is_about(store: MemoryStore) -> None:
    ids = [unit(store).announce(LampLit(), about=lamp).event_id for lamp in ("left", "right", "left")]
    assert ids[0] == ids[2] != ids[1]


def test_an_announcement_says_who_when_and_because_of_what(store: MemoryStore) -> None:
    work = unit(store)
    work.announce(LampLit(note="green"))
    work.announce(StoryBegun())
    work.commit()
    details = [json.loads(str(row["detail"])) for _, row in outbox(store)]
    assert details[0] == {
        "metadata": {
            "event_id": derived_id("referral.lamps", "cause-1", "LampLit", 1), "occurred_at": "2026-11-20T12:00:00Z",
            "correlation_id": "story-1", "causation_id": "cause-1", "version": 3, "producer": "referral.lamps",
            "hops": 1,
        },
        "data": {"note": "green"},
    }
    assert details[1]["metadata"]["correlation_id"] == "story-2"
    assert [(row["source"], row["detail_type"]) for _, row in outbox(store)] == [
        ("referral.lamps", "LampLit"), ("referral.lamps", "StoryBegun"),
    ]


def test_an_announcement_expires_a_week_later(store: MemoryStore) -> None:
    work = unit(store)
    work.announce(LampLit())
    work.commit()
    [(_, row)] = outbox(store)
    assert row["expires_at"] == int(NOON.timestamp()) + 7 * 24 * 3600


def test_an_announcement_over_the_limit_is_refused_before_anything_is_written(store: MemoryStore) -> None:
    work = unit(store)
    with pytest.raises(TooLarge), work.attempt():
        work.put(LAMP, {"n": 1})
        work.announce(LampLit(note="ü" * (MAX_DETAIL_BYTES // 2)))  # few enough letters, too many bytes
    work.commit()
    assert store.items == {}


def test_an_announcement_just_below_the_limit_leaves(store: MemoryStore) -> None:
    work = unit(store)
    work.announce(LampLit(note="a" * (MAX_DETAIL_BYTES - 1000)))
    work.commit()
    assert len(outbox(store)) == 1


def test_more_than_one_transaction_can_hold_is_refused_before_anything_is_written(store: MemoryStore) -> None:
    work = unit(store)
    for number in range(MAX_WRITES + 1):
        work.create((f"LAMP#{number}", "STATE"), {"n": number})
    with pytest.raises(TooLarge):
        work.commit()
    assert store.items == {}


def test_what_is_committed_is_not_written_again_and_is_read_anew(store: MemoryStore) -> None:
    work = unit(store)
    work.put(LAMP, {"n": 1})
    work.commit()
    stored(store, (LAMP, 2))
    assert work.item(LAMP)["n"] == 2
    work.put(LAMP, {"n": 3})
    work.commit()
    assert store.items[LAMP]["n"] == 3


def test_a_fresh_unit_goes_on_with_the_cause_and_never_repeats_an_event_id(store: MemoryStore) -> None:
    work = unit(store)
    work.receives = 4
    first = work.announce(LampLit())
    work.commit()
    after = work.fresh()
    second = after.announce(LampLit())
    assert (after.cause, after.receives) == (work.cause, 4)
    assert second.event_id != first.event_id
    assert second.causation_id == "cause-1"


def test_a_fresh_unit_holds_nothing_of_the_one_before(store: MemoryStore) -> None:
    work = unit(store)
    work.put(LAMP, {"n": 1})
    work.fresh().commit()
    assert store.items == {}
