"""A new version is tried on the past against the one in production: once, side by side, and with one answer."""

import json
from decimal import Decimal
from typing import Any

import pytest

from services.evaluation import table
from services.evaluation.case import Kept, words_hash
from services.evaluation.history import cases
from services.evaluation.starting import slices
from shared.events.upstream import referral_id
from shared.unit import Unit
from shared.writing import mail, prompt
from tests.harness.facts import job
from tests.harness.mails import COMPANY
from tests.harness.outside import answer, refused
from tests.unit.evaluation.story import (
    DULL, GOOD, INVENTED, SUBJECT, House, config, drafted, moved, prepared, registered, requested, reviewed,
)

THROTTLED = refused("ThrottlingException", 429)


def finished(house: House) -> dict[str, Any]:
    [event] = house.events("EvaluationFinished")
    return event


def test_a_registered_version_is_compared_with_the_one_in_production() -> None:
    house = House({1: GOOD, 2: DULL}).evaluated(cases=10)
    [started], known = house.events("EvaluationStarted"), finished(house)
    assert (started["candidate"], started["baseline"], started["cases"]) == (2, 1, 10)
    assert (known["evaluation_id"], known["dataset"]) == (started["evaluation_id"], started["dataset"])
    assert (known["verdict"], known["passed"]) == ("worse", False)
    assert (known["comparison"]["compared"], known["comparison"]["only_baseline"]) == (10, 10)
    assert known["metrics"]["baseline"]["approved"] == known["metrics"]["candidate"]["rejected"] == 10
    assert house.only["status"] == "finished"


def tools(house: House) -> list[str]:
    """What was asked for, one after the other."""
    return [asked["toolConfig"]["toolChoice"]["tool"]["name"] for asked in house.colleagues.asked]


def test_each_case_asks_four_times_and_the_judge_sees_both_orders() -> None:
    house = House({1: GOOD, 2: DULL}).evaluated(cases=1)
    assert tools(house) == ["write_referral_email"] * 2 + ["judge_drafts"] * 2
    first, second = (asked["messages"][0]["content"][0]["text"] for asked in house.colleagues.asked[2:])
    assert first != second
    assert first.partition("<draft_1>")[0] == second.partition("<draft_1>")[0]
    assert {asked["modelId"] for asked in house.colleagues.asked} == {"local.writer", "local.judge"}


def test_a_judge_who_prefers_what_comes_first_decides_nothing() -> None:
    house = House({1: GOOD, 2: GOOD + "\n"})
    turns = iter([True, False] * 100)
    house.colleagues.opinion = lambda body: next(turns)
    known = finished(house.evaluated(cases=5))
    assert (known["comparison"]["compared"], known["comparison"]["inconsistent"]) == (0, 5)
    assert known["verdict"] == "undecided"


def test_a_judge_who_refuses_one_of_the_orders_decides_nothing() -> None:
    house, turns = House({1: GOOD, 2: DULL}), iter([True, False, None, None])
    house.colleagues.opinion = lambda body: next(turns)
    known = finished(house.evaluated(cases=1))["comparison"]
    assert (known["compared"], known["inconsistent"]) == (0, 1)


def test_two_drafts_of_the_same_words_are_judged_in_one_order_for_the_other_is_the_same() -> None:
    house = House({1: GOOD, 2: GOOD}).evaluated(cases=1)
    assert (tools(house).count("judge_drafts"), finished(house)["comparison"]["both"]) == (1, 1)


def test_a_judge_who_refuses_is_counted_and_named_in_the_report() -> None:
    house = House(opinion=lambda body: None).evaluated(cases=2)
    assert finished(house)["comparison"]["inconsistent"] == 2
    assert report(house)["judge"]["not_judged"] == {"model_refused": 2}


def report(house: House) -> dict[str, Any]:
    return json.loads(house.bucket.objects[f"reports/{house.only['evaluation_id']}.json"])


def test_a_draft_that_fails_what_it_must_pass_is_rejected_without_asking() -> None:
    house = House({1: GOOD, 2: INVENTED}).evaluated(cases=1)
    assert len(house.colleagues.asked) == 3  # two drafts, and the other one alone
    known = finished(house)
    assert known["comparison"]["only_baseline"] == 1
    assert known["metrics"]["candidate"]["failed_checks"] == {"invented_figure": 1}
    both = House({1: INVENTED, 2: INVENTED}).evaluated(cases=1)
    assert (len(both.colleagues.asked), finished(both)["comparison"]["neither"]) == (2, 1)


def test_a_version_that_can_not_write_loses_its_cases() -> None:
    house = House({1: GOOD, 2: refused("ValidationException", 400)}).evaluated(cases=2)
    known = finished(house)
    assert (known["metrics"]["candidate"]["errors"], known["comparison"]["only_baseline"]) == (2, 2)
    house = House().ready()
    house.room.when(registered(2, feature_set=["shoe_size"]))
    house.work()
    assert finished(house)["metrics"]["candidate"]["errors"] == 3


def test_a_busy_model_is_asked_again_at_once_and_then_only_for_what_is_missing() -> None:
    house = House().started(cases=3)
    house.colleagues.faults = [THROTTLED] * 2
    assert (house.work(), finished(house)["comparison"]["compared"]) == ([], 3)
    assert sorted(house.pauses) in ([0.25, 0.25], [0.25, 1.0])  # two requests once, or one twice

    house = House({1: GOOD, 2: DULL}, concurrency=1).started(cases=2)
    house.colleagues.faults = [THROTTLED] * 3  # more than a case waits for
    assert len(house.work()) == 1
    assert (house.only["status"], house.only["done"], house.events("EvaluationFinished")) == ("running", 1, [])
    asked = len(house.colleagues.asked)
    assert house.work(receives=2) == []
    assert len(house.colleagues.asked) - asked == 3  # one draft of the missing case was kept: the other, and the judge
    assert finished(house)["comparison"]["compared"] == 2


def test_what_never_comes_about_is_an_error_of_nobody() -> None:
    house = House().started(cases=2)
    house.colleagues.drafts[2] = THROTTLED
    assert len(house.work(receives=4)) == 1
    assert house.work(receives=5) == []
    assert "judge_drafts" not in tools(house)
    known = finished(house)
    assert (known["metrics"]["candidate"]["errors"], known["comparison"]["compared"]) == (2, 0)
    assert report(house)["errors"]["candidate"] == {"model_throttled": 2}


def test_whatever_is_delivered_again_changes_nothing_and_asks_nobody() -> None:
    house = House().evaluated()
    asked = len(house.colleagues.asked)
    assert house.work() == [] and house.work() == []
    house.room.when(registered(2))
    house.room.when(requested())
    assert (len(house.colleagues.asked), len(house.events("EvaluationStarted"))) == (asked, 1)
    assert finished(house)


def test_many_slices_in_any_order_finish_once() -> None:
    house = House(concurrency=1).started(cases=9)
    assert [len(due["cases"]) for due in house.events("CasesDue")] == [2, 2, 2, 2, 1]
    slices = house.details("CasesDue")
    house.store.items = dict(reversed(house.store.items.items()))
    assert house.details("CasesDue") == slices[::-1]
    house.work()
    assert finished(house)["comparison"]["compared"] == 9
    house.store.items = {key: row for key, row in house.store.items.items() if key[1] != "INBOX"}
    assert house.work() == []
    assert finished(house)


def test_a_slice_that_was_killed_before_its_end_goes_on_where_it_stopped() -> None:
    house = House().started(cases=3)
    before = dict(house.store.items)
    house.work()
    written = ("CASE#", "SLICE#", "ANSWER")
    done = {key: row for key, row in house.store.items.items() if key[1].startswith(written)}
    asked = len(house.colleagues.asked)
    house.store.items = before | done  # neither the inbox row nor the end was written
    assert house.work() == []
    assert len(house.colleagues.asked) == asked
    assert finished(house)["comparison"]["compared"] == 3


def test_a_replay_tests_nothing() -> None:
    house = House().ready()
    house.room.when(registered(2), **{"replay-name": "yesterday"})
    assert (house.events("EvaluationStarted"), house.events("CasesDue")) == ([], [])
    house.room.when(requested())
    assert len(house.events("EvaluationStarted")) == 1


def test_without_production_or_without_cases_a_new_version_starts_nothing() -> None:
    house = House()
    house.room.given(job("s-1"), prepared("s-1"))
    assert house.room.when(registered(1)) == []
    assert house.room.when(moved(1), registered(1)) == []  # heard late, when it is in production already
    assert house.events("EvaluationStarted") == []
    empty = House()
    empty.room.given(registered(1), moved(1))
    assert (empty.room.when(registered(2)), empty.events("EvaluationStarted")) == ([], [])


def test_a_rollout_is_told_that_there_is_nothing_to_test_on_and_may_ask_again() -> None:
    house = House()
    house.room.given(registered(1), moved(1), registered(2))
    house.room.when(requested())
    known = finished(house)
    assert (known["verdict"], known["passed"], known["cases"], known["report"]) == ("undecided", False, 0, "")
    assert known["reasons"] == ["No cases yet: there is no reviewed or prepared referral to test on."]
    house.ready().room.when(requested())
    assert [event["cases"] for event in house.events("EvaluationStarted")] == [0, 3]


def test_a_rollout_of_a_version_that_is_not_known_yet_waits() -> None:
    house = House().ready()
    assert len(house.room.when(requested())) == 1
    house.room.when(registered(2))
    assert house.room.when(requested()) == []
    assert len(house.events("EvaluationStarted")) == 1


def test_production_is_where_the_newest_move_says() -> None:
    house = House()
    house.room.given(registered(1), registered(2), moved(2, revision=2), moved(1, revision=1), moved(3, 9, "candidate"))
    house.ready(cases=1).room.when(registered(3))
    [started] = house.events("EvaluationStarted")
    assert (started["candidate"], started["baseline"]) == (3, 2)


def test_an_evaluation_that_is_repeated_asks_no_model() -> None:
    house = House({1: GOOD, 2: DULL}).evaluated()
    asked = len(house.colleagues.asked)
    again = house.post("/evaluations", {"agent": "referral-writer", "candidate": 2}).body
    assert (again["status"], again["done"], again["cases"]) == ("running", 0, 3)
    house.work()
    assert len(house.colleagues.asked) == asked
    first, second = house.events("EvaluationFinished")
    assert (first["metrics"], first["evaluation_id"]) == (second["metrics"], first["evaluation_id"])
    assert first["evaluation_id"] != second["evaluation_id"]
    assert Decimal(second["cost_usd"]) == 0


def test_people_and_judge_are_compared_on_the_very_same_words() -> None:
    house = House({1: GOOD, 2: DULL}).ready(cases=4)
    known = cases(house.store, [referral_id("s-0"), referral_id("s-1"), referral_id("s-2")])
    same = {case_id: words_hash(case, SUBJECT, GOOD) for case_id, case in known.items()}
    house.room.given(
        reviewed("s-0", same[referral_id("s-0")]), reviewed("s-1", same[referral_id("s-1")], "rejected"),
        reviewed("s-2", "other words"),
    )
    house.room.when(registered(2))
    house.work()
    compared = finished(house)["comparison"]
    assert (compared["labelled"], compared["agreed"]) == (2, 1)


@pytest.mark.parametrize(("subject", "told"), [(SUBJECT, {"same_words": 1}), ("Another", {"other_words": 1})])
def test_a_baseline_asked_what_production_was_asked_shows_how_much_is_chance(
    subject: str, told: dict[str, int],
) -> None:
    house = House().ready(cases=1)
    [case] = cases(house.store, [referral_id("s-0")]).values()
    asked = mail.request(prompt.render(config(1), case.prepared, case.crew, COMPANY))
    house.room.given(drafted("s-0", words_hash(case, subject, GOOD), mail.fingerprint(asked)))
    house.room.when(registered(2))
    house.work()
    assert report(house)["repeated"] == told


@pytest.mark.parametrize("words", ["Dana", "example.com", "Hello", "roof repair", "Kim"])
def test_no_event_says_what_was_written_or_to_whom(words: str) -> None:
    house = House({1: GOOD, 2: INVENTED}).evaluated()
    said = [house.details(kind) for kind in ("EvaluationStarted", "CasesDue", "EvaluationFinished")]
    assert words not in json.dumps(said)


def test_the_address_is_not_even_stored() -> None:
    house = House().evaluated()
    assert "dana@example.com" not in str(house.store.items)
    assert "Kim" in str(house.store.items[("CASE#" + referral_id("s-0"), "CREW")])


def test_a_refusal_of_a_writer_is_its_own() -> None:
    house = House()
    house.colleagues._write = lambda asked: answer("refusal", {"text": "no"})  # type: ignore[method-assign]
    known = finished(house.evaluated(cases=1))
    assert (known["comparison"]["neither"], known["metrics"]["baseline"]["errors"]) == (1, 1)
    assert table.done(house.store, house.only["evaluation_id"]) == 1


def test_a_price_that_nobody_knows_is_not_zero() -> None:
    house = House().ready(cases=2)
    house.room.when(registered(2, model_id="eu.example.writer-v1:0"))
    house.work()
    known = finished(house)
    costs = [known["metrics"][side]["cost_usd"] for side in ("baseline", "candidate")]
    assert ([cost is None for cost in costs], known["cost_usd"]) == ([False, True], None)


def test_a_case_that_has_expired_before_it_is_run_counts_for_nobody() -> None:
    house = House().started(cases=3)
    del house.store.items["CASE#" + referral_id("s-0"), "PREPARED"]
    assert house.work() == []
    known = finished(house)
    assert (known["comparison"]["compared"], known["metrics"]["baseline"]["errors"]) == (2, 1)
    assert report(house)["errors"]["baseline"] == {"case_expired": 1}


def test_a_case_of_a_customer_without_a_name_is_a_case() -> None:
    house = House().ready(cases=2)
    house.room.given(job("s-9"), prepared("s-9", given_name=None))
    house.room.when(registered(2))
    assert house.work() == []
    assert finished(house)["comparison"]["compared"] == 3


def test_only_what_an_evaluation_asked_itself_is_its_cost() -> None:
    priced = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
    house = House().ready(cases=2)
    house.room.when(registered(2, model_id=priced))
    house.work()
    house.post("/evaluations", {"agent": "referral-writer", "candidate": 2})
    house.work()
    first, second = house.events("EvaluationFinished")
    assert (Decimal(first["cost_usd"]) > 0, Decimal(second["cost_usd"])) == (True, 0)
    assert first["metrics"]["candidate"]["cost_usd"] == second["metrics"]["candidate"]["cost_usd"]


def test_a_large_evaluation_fits_into_one_transaction() -> None:
    case_ids = [f"r-{number}" for number in range(2_000)]
    many = slices(case_ids, 1)
    assert len(many) <= 50
    assert [case_id for some in many for case_id in some] == case_ids


def test_an_answer_that_somebody_else_kept_meanwhile_stays() -> None:
    house = House()
    for tokens in (1, 2):
        unit = Unit(house.store, "referral.evaluation")
        table.keep_answers(unit, {"f": Kept(said={}, input_tokens=tokens, output_tokens=1, latency_ms=1)})
        unit.commit()
    assert table.answers(house.store, ["f"])["f"].input_tokens == 1
