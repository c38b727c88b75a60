"""Outcomes become figures, figures a verdict, and a verdict opens the gate or says why not."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.case import Attempt, Kept, Opinion, Outcome
from services.evaluation.comparing import percentile, result
from services.evaluation.model import Result


def kept(latency_ms: int = 100, cost: str | None = "0.001") -> Kept:
    return Kept(
        said={"subject": "Thanks", "body": "..."}, input_tokens=400, output_tokens=100, latency_ms=latency_ms,
        cost_usd=cost and Decimal(cost),
    )


def attempt(*opinions: bool, **known: Any) -> Attempt:
    said = [Opinion(approved=opinion, reason=None if opinion else "wrong_tone") for opinion in opinions]
    return Attempt(written=kept(), content_hash="h", opinions=said).model_copy(update=known)


GOOD, BAD = attempt(True, True), attempt(False, False)
UNSURE = attempt(True, False)
INVENTED = attempt(failed={"invented_figure": ["50"]})
SILENT = Attempt(error="model_refused")
CUT_OFF = Attempt(error="model_throttled", ours=True)


def cases(*counted: tuple[int, Attempt, Attempt], **known: Any) -> list[Outcome]:
    pairs = [(baseline, candidate) for times, baseline, candidate in counted for _ in range(times)]
    told = {"spent": Decimal("0.01")} | known
    return [Outcome(case_id=f"r-{n}", baseline=b, candidate=c, **told) for n, (b, c) in enumerate(pairs)]


def found(*counted: tuple[int, Attempt, Attempt], **known: Any) -> Result:
    return result(cases(*counted, **known), "seed", "report")


def test_a_candidate_that_loses_too_often_is_worse_and_the_gate_stays_shut() -> None:
    said = found((100, GOOD, GOOD), (30, GOOD, BAD), (10, BAD, GOOD), (10, BAD, BAD))
    assert (said.verdict, said.passed) == ("worse", False)
    known = said.comparison
    assert (known.compared, known.both, known.neither) == (150, 100, 10)
    assert (known.only_baseline, known.only_candidate) == (30, 10)
    assert known.difference == pytest.approx(-20 / 150)
    assert known.interval[0] < known.difference < known.interval[1]
    assert said.reasons[0].startswith("Worse: of 150 compared cases 10 were approved of the candidate alone and 30")


def test_a_better_one_opens_the_gate() -> None:
    said = found((100, GOOD, GOOD), (10, GOOD, BAD), (30, BAD, GOOD))
    assert (said.verdict, said.passed, len(said.reasons)) == ("better", True, 1)


def test_an_equal_one_is_no_worse_once_enough_cases_say_so() -> None:
    assert (said := found((130, GOOD, GOOD), (8, GOOD, BAD), (8, BAD, GOOD))).verdict == "no_worse"
    assert said.passed
    few = found((121, GOOD, GOOD), (4, GOOD, BAD), (4, BAD, GOOD))
    assert (few.verdict, few.passed, few.reasons[1:]) == (
        "undecided", False, ["Only 129 cases could be compared; 130 are needed."],
    )


def test_one_that_may_be_much_worse_is_undecided() -> None:
    said = found((100, GOOD, GOOD), (25, GOOD, BAD), (15, BAD, GOOD))
    assert (said.verdict, said.passed) == ("undecided", False)
    assert said.reasons[1].startswith("That it is less than 10 points worse is not shown")


def test_a_better_one_with_few_cases_is_better_and_does_not_pass() -> None:
    said = found((20, GOOD, GOOD), (10, BAD, GOOD))
    assert (said.verdict, said.passed) == ("better", False)


def test_one_draft_that_breaks_what_must_hold_shuts_the_gate_whatever_the_verdict() -> None:
    said = found((150, GOOD, GOOD), (30, BAD, GOOD), (1, GOOD, INVENTED))
    assert (said.verdict, said.passed) == ("better", False)
    assert said.reasons[1] == "1 of the candidate's drafts failed invented_figure, which every draft must pass."
    assert said.metrics["candidate"].failed_checks == {"invented_figure": 1}
    hinted = found((150, GOOD, GOOD), (30, BAD, attempt(True, True, failed={"pushy_words": ["hurry"]})))
    assert hinted.passed


def test_a_case_counts_only_where_the_judge_says_the_same_of_both_in_both_orders() -> None:
    known = found((5, GOOD, UNSURE), (4, UNSURE, BAD), (3, GOOD, attempt()), (2, GOOD, BAD)).comparison
    assert (known.compared, known.inconsistent, known.only_baseline) == (2, 12, 2)


def test_a_judge_who_contradicts_himself_is_named_where_cases_are_missing() -> None:
    said = found((100, GOOD, GOOD), (60, GOOD, UNSURE))
    assert said.reasons[-1].startswith("The judge gave no consistent answer on 60 cases")


def test_a_version_that_writes_nothing_loses_and_our_own_faults_count_for_nobody() -> None:
    said = found((3, GOOD, SILENT), (4, GOOD, CUT_OFF), (5, GOOD, GOOD))
    assert (said.comparison.compared, said.comparison.only_baseline, said.comparison.inconsistent) == (8, 3, 0)
    assert (said.metrics["candidate"].errors, said.metrics["candidate"].approved) == (7, 5)


def test_the_judge_is_compared_with_people_where_they_saw_the_very_same_words() -> None:
    known = found((3, GOOD, BAD), people={"h": "approved"}).comparison
    assert (known.labelled, known.agreed) == (3, 3)
    known = found((3, GOOD, BAD), people={"h": "rejected", "other": "approved"}).comparison
    assert (known.labelled, known.agreed) == (3, 0)
    assert found((3, UNSURE, UNSURE), people={"h": "approved"}).comparison.labelled == 0
    assert found((3, GOOD, BAD), people={"other": "approved"}).comparison.labelled == 0


def test_what_it_took_is_told_and_an_unknown_price_is_not_zero() -> None:
    known = found((19, GOOD, GOOD), (1, attempt(True, True, written=kept(900)), GOOD)).metrics["baseline"]
    assert (known.latency_ms_p50, known.latency_ms_p95) == (100, 100)
    assert (known.input_tokens, known.output_tokens) == (8000, 2000)
    assert known.cost_usd == Decimal("0.020")
    assert found((1, attempt(True, True, written=kept(cost=None)), GOOD)).metrics["baseline"].cost_usd is None
    assert [percentile([1, 2, 3, 900], percent) for percent in (50, 75, 95)] == [2, 3, 900]


def test_no_cases_at_all_is_undecided_and_says_so() -> None:
    said = found()
    assert (said.verdict, said.passed, said.cost_usd) == ("undecided", False, Decimal(0))
    assert said.reasons == ["No cases yet: there is no reviewed or prepared referral to test on."]
    assert said.metrics["candidate"].latency_ms_p95 is None
