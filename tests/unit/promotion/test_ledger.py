"""What was deployed where decides what may go on."""

import pytest

from infra.promotion.ledger import NotPromoted, Record, Release


def release(name: str) -> Release:
    return Release(name, f"sha-{name}", "abc", "2026-11-23T03:00:00+00:00", "ae-1")


def record(*names: str) -> Record:
    made = Record("test", "registry")
    for name in names:
        made = made.deployed(release(name))
    return made


def ids(made: Record) -> list[str]:
    return [one.id for one in made.releases]


def test_the_one_that_runs_is_first() -> None:
    assert ids(record("a", "b", "c")) == ["c", "b", "a"]
    assert record("a", "b").current == release("b")


def test_the_same_again_is_no_second_one() -> None:
    assert ids(record("a", "b", "b")) == ["b", "a"]
    assert ids(record("a", "b", "a")) == ["a", "b"]


def test_ten_are_kept() -> None:
    assert len(record(*map(str, range(30))).releases) == 10


def test_prod_takes_what_was_tried_in_test() -> None:
    assert record("a", "b").admitted("a", "prod") == release("a")


def test_prod_refuses_what_was_not_and_says_what_to_do() -> None:
    with pytest.raises(NotPromoted) as refused:
        record("a").admitted("b", "prod")
    said = str(refused.value)
    assert "registry b was not deployed to test" in said
    assert "./infra/deploy.sh --account test --service registry" in said
    assert "--account prod --promote" in said


def test_what_was_taken_back_in_test_does_not_come_to_prod() -> None:
    back = record("a", "b").taken_back()
    assert back.current == release("a")
    with pytest.raises(NotPromoted):
        back.admitted("b", "prod")


def test_going_back_twice_goes_further_back() -> None:
    made = record("a", "b", "c")
    assert made.previous() == release("b")
    assert made.taken_back().deployed(made.previous()).previous() == release("a")


def test_there_may_be_nothing_to_go_back_to() -> None:
    with pytest.raises(NotPromoted, match="nothing to go back to"):
        record("a").previous()
