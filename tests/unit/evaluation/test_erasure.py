"""The evaluation service forgets whose cases it kept, and goes on knowing how versions did on them."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.facts import erased, features, job
from tests.harness.room import record
from tests.unit.evaluation.story import DULL, GOOD, House, drafted, moved, prepared, registered, reviewed

PERSON = {"customer__name": "Canaria", "service__notes": "canary notes", "service__technician": "Canary"}
WHO = {"given_name": "Canaria", "features": features(property_features={"street": "Canary Street 1"}).features}
HERS = [job("s-1", **PERSON), prepared("s-1", **WHO), drafted("s-1"), reviewed("s-1")]
OTHERS = [job("s-2", customer__customer_id="c-2"), prepared("s-2", customer_id="c-2")]


def evaluated() -> House:
    """Both versions wrote to her, the candidate badly, so that the report shows it."""
    house = House({1: f"{GOOD} Canary", 2: f"{DULL} Canary"})
    house.room.given(registered(1), moved(1), *HERS, *OTHERS, registered(2))
    assert house.work() == []
    return house


def leaks(house: House) -> list[Any]:
    reports = [key for key, body in house.bucket.objects.items() if b"anary" in body or b"anaria" in body]
    return reports + [key for key, item in house.store.items.items() if "anar" in str(item) and "s-2" not in str(item)]


def test_cases_answers_and_reports_say_nothing_of_her_any_more() -> None:
    house = evaluated()
    assert house.bucket.objects and leaks(house)
    before = house.only
    assert house.room.when(erased(), erased("c-2")) == []
    assert not leaks(house)
    assert house.only == before
    assert house.bucket.objects.keys() == {f"reports/{before['evaluation_id']}.{kind}" for kind in ("html", "json")}


def test_scores_can_still_be_counted_anew() -> None:
    house = evaluated()
    before = house.only
    house.room.when(erased(), erased("c-2"))
    answer = house.post(f"/evaluations/{before['evaluation_id']}/rescore")
    assert answer.status == 200
    assert answer.body["metrics"] == before["metrics"]
    assert not leaks(house)


def test_others_stay_as_they_are() -> None:
    house = evaluated()
    before = dict(house.store.items)
    house.room.when(erased("c-9"))
    assert {key: item for key, item in house.store.items.items() if key in before} == before


def test_a_case_that_is_erased_while_it_waits_to_be_run_counts_for_nobody() -> None:
    house = House({1: f"{GOOD} Canary", 2: f"{DULL} Canary"})
    house.room.given(registered(1), moved(1), *HERS, registered(2))
    house.room.when(erased())
    assert house.work() == []
    assert house.only["status"] == "finished"
    assert not leaks(house)


def test_an_erasure_waits_for_an_evaluation_that_is_running() -> None:
    house = House({1: f"{GOOD} Canary", 2: f"{DULL} Canary"}, cases=100)
    many = [event for number in range(60) for event in (job(f"s-{number}", **PERSON), prepared(f"s-{number}", **WHO))]
    house.room.given(registered(1), moved(1), *many, registered(2))
    [first, *others] = house.due()
    assert others and house.room.deliver([first]) == []
    erasure = record(erased())
    assert house.room.deliver([erasure]) == [erasure["messageId"]]
    assert house.room.deliver(others) == []
    assert house.only["status"] == "finished"
    assert house.room.deliver([erasure]) == []
    assert not leaks(house)


def test_it_is_told_how_much_is_kept() -> None:
    house = evaluated()
    assert house.get("/customers/c-1/kept").body["kept"] == {"case": 2, "evaluated": 1}
    house.room.when(erased())
    assert house.get("/customers/c-1/kept").body["kept"] == {}


STORY = [record(event) for event in (*HERS, erased())]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(STORY) - 1), max_size=8), st.randoms(use_true_random=False), st.integers(1, 6))
def test_in_any_order_nothing_of_her_stays(again: list[int], chance: random.Random, size: int) -> None:
    house = House()
    order = [*range(len(STORY)), *again]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert house.room.deliver([STORY[index] for index in order[start : start + size]]) == []
    assert not leaks(house)
