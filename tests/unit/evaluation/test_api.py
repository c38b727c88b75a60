"""People ask for evaluations, look at them, and have them scored anew."""

import re
from datetime import timedelta
from typing import Any

import pytest

from services.evaluation.history import newest
from shared.events.upstream import referral_id
from tests.harness.facts import job
from tests.harness.room import record, said
from tests.unit.evaluation.story import DULL, GOOD, INVENTED, House, moved, prepared, registered, reviewed

ASKED = {"agent": "referral-writer", "candidate": 2}


def report(house: House) -> dict[str, Any]:
    return house.get(f"/evaluations/{house.only['evaluation_id']}/report").body


def test_a_person_asks_for_an_evaluation_and_follows_it() -> None:
    house = House({1: GOOD, 2: DULL}).ready()
    house.room.given(moved(2, revision=2), registered(2))
    asked = house.post("/evaluations", {"agent": "referral-writer", "candidate": 1, "cases": 2})
    assert (asked.status, asked.body["baseline"], asked.body["cases"], asked.body["status"]) == (200, 2, 2, "running")
    assert (asked.body["verdict"], asked.body["reasons"], asked.body["done"]) == (None, [], 0)
    house.work()
    known = house.get(f"/evaluations/{asked.body['evaluation_id']}").body
    assert (known["status"], known["done"], known["verdict"], known["passed"]) == ("finished", 2, "undecided", False)
    assert known["comparison"]["only_candidate"] == 2
    assert known["report"] == f"reports/{asked.body['evaluation_id']}.html"


@pytest.mark.parametrize(("changes", "status", "code"), [
    ({"candidate": 7}, 404, "not_found"), ({"candidate": 1}, 409, "same_version"), ({"cases": 0}, 422, "invalid"),
    ({"cases": 5_000}, 422, "invalid"), ({"colour": "red"}, 422, "invalid"), ({"agent": "Nobody!"}, 422, "invalid"),
    ({"agent": "other-writer"}, 404, "not_found"), ({"baseline": 9}, 404, "not_found"),
])
def test_what_can_not_be_compared_is_refused_with_advice(changes: dict[str, Any], status: int, code: str) -> None:
    refused = House().started().post("/evaluations", ASKED | changes)
    assert (refused.status, refused.code) == (status, code)


def test_without_production_a_baseline_has_to_be_named() -> None:
    house = House()
    house.room.given(registered(1), registered(2))
    assert house.post("/evaluations", ASKED).code == "no_baseline"
    finished = house.post("/evaluations", ASKED | {"baseline": 1}).body
    assert (finished["status"], finished["verdict"], finished["cases"]) == ("finished", "undecided", 0)
    assert house.get(f"/evaluations/{finished['evaluation_id']}/report").code == "no_cases"


def test_evaluations_are_listed_newest_first() -> None:
    house = House().evaluated()
    house.post("/evaluations", ASKED)
    known = house.get("/evaluations", agent="referral-writer").body["evaluations"]
    assert [one["status"] for one in known] == ["running", "finished"]
    assert house.get("/evaluations", agent="other").body == {"evaluations": []}
    assert house.get("/evaluations/e-unknown").status == 404


def test_a_report_is_there_once_the_evaluation_is_finished() -> None:
    house = House().started()
    path = f"/evaluations/{house.only['evaluation_id']}"
    assert (house.get(f"{path}/report").code, house.post(f"{path}/rescore").code) == ("still_running",) * 2
    house.work()
    assert house.get(f"{path}/report").body["json"]["verdict"] == "undecided"


def test_a_report_names_verdict_and_gate_first_and_shows_what_makes_the_difference() -> None:
    house = House({1: GOOD, 2: INVENTED}).evaluated(cases=10)
    told = report(house)
    page = re.sub(r"<style>.*?</style>|<[^>]+>", " ", told["html"].partition("<body>")[2])
    assert re.sub(r"\s+", " ", page).startswith(" Verdict: worse &middot; gate shut")
    assert "invented_figure: 50" in page and "There is 50 EUR" in page
    [check] = [check for check in told["json"]["checks"] if check["candidate"]]
    assert (check["check"], check["must_pass"], check["candidate"]) == ("invented_figure", True, 10)
    assert len(told["json"]["shown"]) == 10


def test_a_page_loads_nothing_runs_nothing_and_is_the_same_each_time() -> None:
    house = House({1: GOOD, 2: DULL}).evaluated()
    html = report(house)["html"]
    assert not re.search(r"<script|<link|<img|<iframe|\bon\w+=|@import|url\(|src=", html)
    assert html.count("<svg") == 2
    assert re.findall(r'"(https?://[^"]*)"', html) == ["http://www.w3.org/2000/svg"] * 2


def test_nothing_that_a_model_wrote_is_markup_on_the_page() -> None:
    evil = GOOD.replace("Warm regards", "a & b &lt;script&gt;alert(1)&lt;/script&gt; \"'> Warm regards")
    html = report(House({1: GOOD, 2: evil}, opinion=lambda body: "alert" not in body).evaluated())["html"]
    assert "<script>alert" not in html and "&amp;lt;script&amp;gt;alert(1)" in html and "&quot;&#x27;&gt; Warm" in html


def test_scoring_anew_asks_no_model_and_uses_what_people_said_since() -> None:
    house = House({1: GOOD, 2: DULL}).evaluated()
    asked, before = len(house.colleagues.asked), house.only
    row = next(row for key, row in house.store.items.items() if key[1] == "CASE#" + referral_id("s-0"))
    house.room.given(reviewed("s-0", row["baseline"]["content_hash"]))
    after = house.post(f"/evaluations/{before['evaluation_id']}/rescore").body
    assert (len(house.colleagues.asked), after["rescored_at"] is None) == (asked, False)
    labels = [(known["comparison"]["labelled"], known["comparison"]["agreed"]) for known in (before, after)]
    assert labels == [(0, 0), (1, 1)]
    assert after["comparison"]["only_baseline"] == before["comparison"]["only_baseline"]
    assert len(house.events("EvaluationFinished")) == 1
    assert report(house)["json"]["judge"]["labelled"] == 1


def test_scoring_anew_keeps_a_case_that_has_expired() -> None:
    house = House({1: GOOD, 2: INVENTED}).evaluated()
    gone = [key for key in house.store.items if key[0] == "CASE#" + referral_id("s-0")]
    for key in gone:
        del house.store.items[key]
    after = house.post(f"/evaluations/{house.only['evaluation_id']}/rescore").body
    assert after["comparison"]["only_baseline"] == 3


def test_the_cases_are_the_newest_complete_ones_reviewed_ones_first() -> None:
    house = House().ready(cases=6)
    house.room.given(prepared("s-20"), job("s-21"))  # halves
    house.room.given(reviewed("s-1"), reviewed("s-20"), reviewed("s-3"))
    wanted = [referral_id(f"s-{number}") for number in (3, 1, 5, 4, 2, 0)]
    assert newest(house.store, 6) == newest(house.store, 100) == wanted
    assert newest(house.store, 3) == wanted[:3]


def test_what_people_said_arrives_in_any_order_and_twice() -> None:
    straight, backwards = House(), House()
    labels = [reviewed("s-1"), reviewed("s-1", "other", "rejected")]
    events = [job("s-1"), prepared("s-1"), *labels, registered(1), moved(1)]
    straight.room.given(*events)
    backwards.room.given(*reversed(events), *events)
    for house in (straight, backwards):
        [known] = newest(house.store, 10)
        assert known == referral_id("s-1")
    people = [house.store.items["CASE#" + referral_id("s-1"), "PEOPLE"]["people"] for house in (straight, backwards)]
    straight_on, back = ({words: label["decision"] for words, label in known.items()} for known in people)
    assert straight_on == back == {"h": "approved", "other": "rejected"}


def test_the_last_decision_on_the_same_words_counts_in_whatever_order_they_arrive() -> None:
    first, last = said(reviewed("s-0")), said(reviewed("s-0", decision="rejected"))
    later = last.model_copy(update={"occurred_at": first.occurred_at + timedelta(hours=1)})
    told = [record(reviewed("s-0"), metadata=first), record(reviewed("s-0", decision="rejected"), metadata=later)]
    for order in (told, told[::-1]):
        house = House()
        for one in order:
            house.room.deliver([one])
        [label] = house.store.items["CASE#" + referral_id("s-0"), "PEOPLE"]["people"].values()
        assert label["decision"] == "rejected"


def test_notes_of_the_crew_are_material_for_the_checks() -> None:
    house = House({1: GOOD, 2: GOOD.replace("Warm", "All 12 tiles sit well.\n\nWarm")})
    house.ready(cases=0).room.given(job("s-1", service__notes="Replaced 12 tiles."), prepared("s-1"))
    house.room.when(registered(2))
    house.work()
    assert (house.only["cases"], house.only["metrics"]["candidate"]["failed_checks"]) == (1, {})
    house = House({1: GOOD, 2: GOOD.replace("Warm", "All 12 tiles sit well.\n\nWarm")}).evaluated(cases=1)
    assert house.only["metrics"]["candidate"]["failed_checks"] == {"invented_figure": 1}


def test_a_review_of_yesterday_that_comes_late_does_not_make_a_case_older() -> None:
    house = House().ready(cases=2)
    today, yesterday = said(reviewed("s-0")), said(reviewed("s-0", "other"))
    late = yesterday.model_copy(update={"occurred_at": yesterday.occurred_at - timedelta(days=1)})
    key = "CASE#" + referral_id("s-0"), "PEOPLE"
    house.room.deliver([record(reviewed("s-0"), metadata=today)])
    place = house.store.items[key]["recent_sk"]
    house.room.deliver([record(reviewed("s-0", "other"), metadata=late)])
    assert (house.store.items[key]["recent_sk"], len(house.store.items[key]["people"])) == (place, 2)
    before = dict(house.store.items)
    house.room.deliver([record(reviewed("s-0"), metadata=today)])
    assert house.store.items == before


@pytest.mark.parametrize("changes", [{"historical": True}, {"completed_at": "2999-01-01T10:00:00Z"}])
def test_a_job_that_nobody_wrote_for_is_no_case(changes: dict[str, Any]) -> None:
    house = House()
    house.room.given(job("s-1", **changes), prepared("s-1"))
    assert newest(house.store, 10) == []
