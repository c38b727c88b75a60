"""A version that wants examples is tried with those that there were when the job was done, and with no later ones."""

from datetime import datetime
from typing import Any

from shared.events.upstream import referral_id
from tests.harness.facts import job
from tests.harness.outside import raising, refused
from tests.unit.evaluation.story import House, moved, prepared, registered

PROMPT = "{{facts}}\n{{notes}}\n{{examples}}\n{{company}}\nWrite the mail."


def house(baseline: int = 0, candidate: int = 2) -> House:
    """One job; the versions want so many examples."""
    made = House()
    made.room.given(wanting(1, baseline), moved(1), job("s-0"), prepared("s-0"))
    made.room.when(wanting(2, candidate))
    return made


def wanting(version: int, examples: int) -> Any:
    return registered(version, user_prompt=PROMPT, retrieval={"examples": examples})


def done_at() -> datetime:
    return prepared("s-0").service.completed_at


def shown(made: House, version: int) -> str:
    """What the writer of a version was asked."""
    [asked] = [one for one in made.colleagues.asked if one["system"][0]["text"] == f"You are version {version}."]
    return asked["messages"][0]["content"][0]["text"]


def test_the_version_that_wants_examples_is_shown_them_and_the_other_is_not() -> None:
    made = house()
    made.library.add("r-8", "an earlier mail")
    assert made.work() == []
    assert "an earlier mail" in shown(made, 2)
    assert "No examples yet." in shown(made, 1)


def test_both_are_shown_the_beginning_of_the_same_list_and_it_is_asked_for_once() -> None:
    made = house(baseline=1, candidate=2)
    made.library.add("r-8", "the first mail")
    made.library.add("r-9", "the second mail")
    made.work()
    assert len(made.library.asked) == 1
    assert ["the first mail" in shown(made, version) for version in (1, 2)] == [True, True]
    assert ["the second mail" in shown(made, version) for version in (1, 2)] == [False, True]


def test_nothing_from_after_the_job_and_nothing_of_its_own_is_shown() -> None:
    made = house()
    made.library.add("r-later", "a later mail", approved_at=done_at().timestamp())
    made.library.add(referral_id("s-0"), "its own mail", approved_at=1)
    made.work()
    assert "No examples yet." in shown(made, 2)
    conditions = made.library.asked[0]["retrievalConfiguration"]["vectorSearchConfiguration"]["filter"]["andAll"]
    assert {"lessThan": {"key": "approved_at", "value": int(done_at().timestamp())}} in conditions


def test_versions_that_want_none_ask_nobody() -> None:
    made = house(candidate=0)
    made.work()
    assert made.library.asked == []


def test_a_knowledge_base_that_does_not_answer_is_waited_for_and_is_no_fault_of_the_version() -> None:
    made = house()
    made.library.before = raising(refused("ThrottlingException", 429))
    assert len(made.work()) == 1
    assert made.work(receives=5) == []
    [event] = made.events("EvaluationFinished")
    assert (event["comparison"]["compared"], event["metrics"]["candidate"]["rejected"]) == (0, 0)


def test_it_is_tried_again_when_the_knowledge_base_answers() -> None:
    made = house()
    made.library.before = raising(refused("ServiceUnavailableException", 503))
    assert len(made.work()) == 1
    made.library.before = lambda: None
    assert made.work(receives=2) == []
    [event] = made.events("EvaluationFinished")
    assert event["comparison"]["compared"] == 1
