"""What two reviewers see who work beside each other, and what a review costs."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.orchestrator import screen, table
from tests.unit.orchestrator.story import REFERRAL, House, opted_out


@pytest.fixture
def house() -> House:
    return House().drafted()


def opened(house: House, by: str = "r-1") -> dict[str, Any]:
    return house.tell("open", reviewer=by).body


def minutes_pass(house: House, minutes: int) -> None:
    """... since somebody opened the draft."""
    known = house.store.items[table.referral_key(REFERRAL)]["opened"]
    known["at"] = (datetime.fromisoformat(known["at"]) - timedelta(minutes=minutes)).isoformat()


def listed_as(house: House) -> str | None:
    [line] = house.get("/drafts").body["drafts"]
    return line["opened_by"]


def test_others_see_who_has_a_draft_open_for_some_minutes(house: House) -> None:
    assert listed_as(house) is None
    opened(house)
    assert listed_as(house) == "r-1"
    minutes_pass(house, 6)
    assert listed_as(house) is None


def test_whoever_opens_it_second_is_told_and_does_not_take_it_over(house: House) -> None:
    opened(house)
    assert opened(house, "r-2")["opened_by"] == "r-1"
    minutes_pass(house, 6)
    assert opened(house, "r-2")["opened_by"] == "r-2"


def test_the_first_decision_counts_whoever_has_it_open(house: House) -> None:
    content = opened(house)["content_hash"]
    assert house.tell("reject", reviewer="r-2", content_hash=content, reason="other").status == 200
    answer = house.tell("approve", content_hash=content)
    assert (answer.status, answer.code) == (409, "already_decided")


def test_the_same_person_looking_again_writes_nothing(house: House) -> None:
    opened(house)
    before = house.store.commits
    opened(house)
    assert house.store.commits == before
    minutes_pass(house, 2)
    opened(house)
    assert house.store.commits == before + 1


def test_opening_what_is_decided_shows_it_and_writes_nothing() -> None:
    house = House().approved()
    before = house.store.commits
    assert (opened(house)["status"], opened(house)["opened_by"]) == ("approved", None)
    assert house.store.commits == before


def test_similar_mails_are_the_same_number_for_every_version_and_tell_of_none(house: House) -> None:
    for number in range(5):
        house.library.add(f"r-{number}", f"Mail {number}")
    told = house.get(f"/drafts/{REFERRAL}/similar").body
    assert [one["text"] for one in told["examples"]] == ["Mail 0", "Mail 1", "Mail 2"]
    assert told["missing"] is None
    assert "r-0" not in str(told)


class Counting:
    """Counts the calls to AWS that a house's store makes: reads, and transactions."""

    def __init__(self, house: House) -> None:
        self.store = house.store
        self.seen = self.now()

    def now(self) -> tuple[int, int]:
        return self.store.reads, self.store.commits

    def since(self) -> tuple[int, int]:
        before, self.seen = self.seen, self.now()
        return self.seen[0] - before[0], self.seen[1] - before[1]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_showing_and_deciding_are_two_calls_each(house: House, decision: str) -> None:
    counting = Counting(house)
    content = opened(house)["content_hash"]
    assert counting.since() == (1, 1)
    assert house.tell(decision, content_hash=content, reason="other").status == 200
    assert counting.since() == (1, 1)


def test_a_decision_elsewhere_than_where_it_was_shown_reads_once_more_and_decides_the_same(house: House) -> None:
    content = opened(house)["content_hash"]
    screen._foreseen.clear()
    counting = Counting(house)
    assert house.tell("approve", content_hash=content).status == 200
    assert counting.since() == (2, 1)


def test_what_happened_since_it_was_shown_counts_at_the_decision(house: House) -> None:
    content = opened(house)["content_hash"]
    house.room.given(opted_out())
    assert house.tell("approve", content_hash=content).code == "opted_out"
