"""A person looks at what could not be used, mends it, and sends it again."""

import json
import random
from typing import Any

import pytest

from services.features.reactions import routes as feature_routes
from services.prep.api import app
from services.prep.reactions import routes
from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.harness.http import Answer, Http
from tests.harness.memory import Contended
from tests.harness.room import Room, record
from tests.unit.prep.story import learned

BROKEN = {"customer__email": "dana\n@example.com", "service__price": {"amount": "a lot", "currency": "EUR"}}
MENDED = {"customer": {"email": "dana@example.com"}, "service": {"price": None}}


@pytest.fixture
def prep() -> Room:
    room = Room(routes)
    room.store = Contended()
    return room.given(job_detail("s-1", **BROKEN))


@pytest.fixture
def http(prep: Room) -> Http:
    return Http(app, prep.store)


def first(http: Http) -> str:
    return http.get("/quarantine").body[0]["quarantine_id"]


def retry(http: Http, case: str, **correction: Any) -> Answer:
    return http.post(f"/quarantine/{case}/retry", correction)


def test_cases_are_listed_oldest_first_with_advice(prep: Room, http: Http) -> None:
    prep.when(None, [])
    listed = http.get("/quarantine", limit=2)
    assert [row["referral_id"] for row in listed.body] == [referral_id("s-1"), None]
    assert listed.body[0]["reasons"][1] == {
        "field": "service.price.amount", "code": "decimal_parsing",
        "advice": "It can not be read. Expected: a number that is not negative, at most 4 decimals, "
        "without currency sign, such as 149.90.",
    }
    assert "example.com" not in json.dumps([row["referral_id"] for row in listed.body])
    assert len(http.get("/quarantine").body) == 3


def test_who_mends_a_case_sees_what_upstream_said(http: Http) -> None:
    shown = http.get(f"/quarantine/{first(http)}").body
    assert shown["detail"] == job_detail("s-1", **BROKEN)
    assert len(shown["reasons"]) == 2


def test_a_mended_fact_comes_to_everybody_as_an_upstream_fact(prep: Room, http: Http) -> None:
    case = first(http)
    answer = retry(http, case, patch=MENDED)
    assert (answer.status, answer.body["status"], answer.body["referral_id"]) == (200, "retried", referral_id("s-1"))
    row = prep.store.items[f"OUTBOX#{answer.body['event_id']}", "OUTBOX"]
    assert (row["source"], row["detail_type"]) == ("upstream.quarantine", "ServiceCompleted")
    mended = job_detail("s-1")
    del mended["service"]["price"]
    assert json.loads(row["detail"]) == mended
    assert http.get("/quarantine").body == []
    assert [one["quarantine_id"] for one in http.get("/quarantine", status="retried").body] == [case]


def test_the_mended_fact_is_prepared_and_learned(prep: Room, http: Http) -> None:
    event_id = retry(http, first(http), patch=MENDED).body["event_id"]
    row = prep.store.items[f"OUTBOX#{event_id}", "OUTBOX"]
    mended = record(json.loads(row["detail"]), source=row["source"])
    assert prep.deliver([learned("s-1"), mended]) == []
    assert "ReferralPrepared" in prep.announced_types()
    assert Room(feature_routes).deliver([mended]) == []


def test_a_fact_that_is_still_broken_is_refused_with_all_reasons(prep: Room, http: Http) -> None:
    patch = {"customer": {"email": "dana@example.com", "customer_id": None}}
    answer = retry(http, first(http), patch=patch)
    assert (answer.status, answer.code) == (409, "still_broken")
    assert {reason["field"] for reason in answer.body["reasons"]} == {"customer.customer_id", "service.price.amount"}
    assert "service.price.amount" in answer.body["message"]
    assert (prep.announced, len(http.get("/quarantine").body)) == ([], 1)


def test_a_retry_without_correction_is_refused_while_the_contract_refuses_it(http: Http) -> None:
    assert retry(http, first(http)).code == "still_broken"


def test_a_mend_that_only_moves_the_job_into_the_future_is_refused(http: Http) -> None:
    answer = retry(http, first(http), patch=MENDED | {"completed_at": "2999-01-01T00:00:00Z"})
    assert [reason["code"] for reason in answer.body["reasons"]] == ["in_future"]


def test_rubbish_is_mended_by_the_whole_content(prep: Room, http: Http) -> None:
    prep.when("rubbish")
    case = http.get("/quarantine").body[1]["quarantine_id"]
    assert retry(http, case, detail=job_detail("s-9")).body["service_id"] == "s-9"


def test_a_second_retry_is_refused(http: Http) -> None:
    case = first(http)
    retry(http, case, patch=MENDED)
    again = retry(http, case, patch=MENDED)
    assert (again.status, again.code) == (409, "already_retried")


def test_two_people_at_once_send_it_once(prep: Room, http: Http) -> None:
    case = first(http)
    prep.store.meanwhile.append(lambda: retry(Http(app, prep.store), case, detail=job_detail("s-2")))
    assert retry(http, case, patch=MENDED).code == "already_retried"
    assert prep.announced_types() == ["ServiceCompleted"]


def test_a_discarded_case_stays_on_record_and_is_not_sent(prep: Room, http: Http) -> None:
    case = first(http)
    assert http.post(f"/quarantine/{case}/discard", {"reason": "a test of the CRM"}).body["status"] == "discarded"
    assert http.get(f"/quarantine/{case}").body["note"] == "a test of the CRM"
    assert retry(http, case, patch=MENDED).code == "already_discarded"
    prep.when(job_detail("s-1", **BROKEN))
    assert (prep.announced, http.get("/quarantine").body) == ([], [])


def test_content_that_was_too_large_to_keep_must_be_sent_anew(prep: Room, http: Http) -> None:
    prep.when(job_detail("s-2", service__notes=random.Random(1).randbytes(500_000).hex(), **BROKEN))
    case = http.get("/quarantine").body[1]["quarantine_id"]
    assert http.get(f"/quarantine/{case}").body["detail"] is None
    assert retry(http, case, patch=MENDED).code == "content_not_kept"
    assert retry(http, case, detail=job_detail("s-2")).status == 200


def test_a_mended_fact_that_is_too_large_for_the_bus_is_refused_and_nothing_is_written(http: Http) -> None:
    answer = retry(http, first(http), detail=job_detail("s-1", service__notes="x" * 300_000))
    assert (answer.status, answer.code) == (413, "too_large")
    assert len(http.get("/quarantine").body) == 1


@pytest.mark.parametrize("correction", [{"patches": {}}, {"patch": []}, {"detail": "text"}])
def test_a_correction_that_is_none_is_refused(http: Http, correction: dict[str, Any]) -> None:
    assert http.post(f"/quarantine/{first(http)}/retry", correction).code == "invalid"


def test_patch_and_detail_together_are_ambiguous(http: Http) -> None:
    assert retry(http, first(http), patch=MENDED, detail=job_detail()).code == "ambiguous"


def test_an_unknown_case_is_not_found(http: Http) -> None:
    answers = [http.get("/quarantine/q-x"), retry(http, "q-x"), http.post("/quarantine/q-x/discard", {"reason": "x"})]
    assert [(answer.status, answer.code) for answer in answers] == [(404, "not_found")] * 3


def test_nothing_that_was_typed_is_in_the_log(http: Http, capsys: pytest.CaptureFixture[str]) -> None:
    retry(http, first(http), patch={"customer": {"email": "canary"}, "canary": "\ud800"})
    http.post(f"/quarantine/{first(http)}/discard", {"reason": "canary"})
    assert "canary" not in "".join(capsys.readouterr())
