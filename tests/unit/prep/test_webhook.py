"""An upstream system without EventBridge tells facts, each with its effect once."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from services.prep.reactions import routes
from services.prep.webhook import MAX_BYTES
from shared.events.upstream import referral_id
from shared.store import Write
from tests.harness.facts import erased, job_detail, survey
from tests.harness.http import event
from tests.harness.memory import MemoryStore
from tests.harness.room import Room
from tests.unit.prep.webhooks import OTHER, SECRET, Upstream, fact, request

JOB = fact("ServiceCompleted", job_detail("s-1"))
OPT_OUT = {"customer_id": "c-1", "email": "dana@example.com", "at": "2026-11-21T09:00:00Z"}
DEEP = b'{"type": "ServiceCompleted", "data": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}"


class Down(MemoryStore):
    def commit(self, writes: Sequence[Write]) -> None:
        raise ConnectionError("the table does not answer")


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.mark.parametrize(("kind", "data"), [
    ("ServiceCompleted", job_detail("s-1", customer__name="Jürgen")),
    ("SatisfactionReported", survey("s-1").model_dump(mode="json")),
    ("CustomerOptedOut", OPT_OUT),
    ("CustomerErased", OPT_OUT),
])
def test_a_fact_goes_to_the_bus_as_it_was_said(upstream: Upstream, kind: str, data: dict[str, Any]) -> None:
    answer = upstream.sends(fact(kind, data))
    assert (answer.status, answer.body["status"], answer.body["problems"]) == (200, "accepted", [])
    assert upstream.published == [("upstream.webhook", kind, data)]


def test_the_answer_names_the_story_of_a_job(upstream: Upstream) -> None:
    assert upstream.sends(JOB).body["correlation_id"] == referral_id("s-1")


def test_a_message_that_comes_again_is_accepted_once(upstream: Upstream) -> None:
    answers = [upstream.later(hours=7).sends(JOB) for _ in range(3)]  # each attempt is signed anew
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert [answer.body["status"] for answer in answers] == ["accepted", "known", "known"]
    assert len(upstream.published) == 1


def test_a_message_that_somebody_recorded_does_nothing_now_nor_later(upstream: Upstream) -> None:
    recorded = request(JOB)
    assert [upstream.hands(recorded).status for _ in range(2)] == [200, 200]
    assert upstream.later(minutes=6).hands(recorded).code == "out_of_time"
    assert len(upstream.published) == 1


def test_another_body_under_the_same_id_is_refused(upstream: Upstream) -> None:
    upstream.sends(JOB)
    answer = upstream.sends(fact("ServiceCompleted", job_detail("s-2")))
    assert (answer.status, answer.code) == (409, "id_taken")
    assert [data["service_id"] for _, _, data in upstream.published] == ["s-1"]


def test_other_ids_are_other_messages(upstream: Upstream) -> None:
    for number in range(3):
        upstream.sends(fact("ServiceCompleted", job_detail(f"s-{number}")), message_id=f"msg_{number}")
    assert len(upstream.published) == 3


def test_nothing_is_promised_where_nothing_could_be_stored() -> None:
    upstream = Upstream(Down())
    answer = upstream.sends(JOB)
    assert (answer.status, answer.code, upstream.published) == (500, "internal", [])


@pytest.mark.parametrize("asked", [
    request(JOB, secrets=(OTHER,)), request(JOB, webhook_signature="v1,AAAA"), request(JOB, webhook_id="msg_2"),
    request(JOB) | {"body": "{}", "isBase64Encoded": False},
])
def test_who_does_not_know_the_secret_is_refused(upstream: Upstream, asked: dict[str, Any]) -> None:
    answer = upstream.hands(asked)
    assert (answer.status, answer.code, upstream.store.items) == (401, "wrong_signature", {})


@pytest.mark.parametrize("asked", [event("POST", "/", {}), request(JOB, webhook_id="")])
def test_who_does_not_sign_is_told_how_to(upstream: Upstream, asked: dict[str, Any]) -> None:
    answer = upstream.hands(asked)
    assert (answer.status, answer.code) == (400, "not_signed")
    assert "https://www.standardwebhooks.com" in answer.body["message"]


def test_only_a_post_is_received(upstream: Upstream) -> None:
    assert upstream.hands(event("GET", "/")).status == 405


def test_a_body_may_come_as_text_or_as_bytes(upstream: Upstream) -> None:
    asked = request(JOB) | {"body": JOB.decode(), "isBase64Encoded": False}
    assert (upstream.hands(asked).status, upstream.hands(request(JOB)).body["status"]) == (200, "known")


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_a_body_has_at_most_256_kb(upstream: Upstream, more: int, status: int) -> None:
    empty = fact("ServiceCompleted", job_detail("s-1", service__notes=""))
    notes = "ä" * ((MAX_BYTES - len(empty)) // 2) + "x" * ((MAX_BYTES - len(empty)) % 2 + more)
    body = fact("ServiceCompleted", job_detail("s-1", service__notes=notes))
    assert (len(body), upstream.sends(body).status) == (MAX_BYTES + more, status)


@pytest.mark.parametrize(("body", "status", "code"), [
    (b"", 400, "no_json"), (b"no json", 400, "no_json"), (b"\xff\xfe", 400, "no_json"), (DEEP, 400, "no_json"),
    (b'{"type": "ServiceCompleted", "data": {"satisfaction": NaN}}', 400, "no_json"),
    (b'{"type": "ServiceCompleted", "data": {"satisfaction": 1e999}}', 400, "no_json"),
    (b'{"type": "ServiceCompleted", "data": {"satisfaction": "\\ud800"}}', 400, "no_json"),
    (b"[]", 400, "no_fact"), (b"{}", 400, "no_fact"), (b'{"type": "ServiceCompleted"}', 400, "no_fact"),
    (b'{"type": "ServiceCompleted", "data": []}', 400, "no_fact"), (b'{"type": 7, "data": {}}', 400, "no_fact"),
    (b'{"type": "ServiceStarted", "data": {}}', 422, "unknown_type"),
    (b'{"type": "UpstreamFact", "data": {}}', 422, "unknown_type"),
])
def test_nonsense_is_refused_with_what_to_send_instead(upstream: Upstream, body: bytes, status: int, code: str) -> None:
    answer = upstream.sends(body)
    assert (answer.status, answer.code, upstream.store.items) == (status, code, {})
    assert "ServiceCompleted" in answer.body["message"]


def test_a_broken_job_is_accepted_for_quarantine_and_its_sender_hears_every_reason(upstream: Upstream) -> None:
    data = job_detail("s-1", satisfaction=9, customer__email="dana")
    answer = upstream.sends(fact("ServiceCompleted", data))
    assert answer.status == 200
    assert {problem["field"] for problem in answer.body["problems"]} == {"satisfaction", "customer.email"}
    assert upstream.published == [("upstream.webhook", "ServiceCompleted", data)]


def test_a_job_of_an_impossible_date_is_named_too(upstream: Upstream) -> None:
    answer = upstream.sends(fact("ServiceCompleted", job_detail("s-1", completed_at="2206-01-01T00:00:00Z")))
    assert [problem["code"] for problem in answer.body["problems"]] == ["in_future"]


@pytest.mark.parametrize(("kind", "data", "fields"), [
    ("SatisfactionReported", {"service_id": "s-1", "score": 9}, {"customer_id", "score", "reported_at"}),
    ("CustomerOptedOut", {"customer_id": "c-1", "at": "yesterday", "email": "dana"}, {"at", "email"}),
])
def test_a_broken_fact_that_nobody_could_mend_is_refused_with_every_reason(
    upstream: Upstream, kind: str, data: dict[str, Any], fields: set[str],
) -> None:
    answer = upstream.sends(fact(kind, data))
    assert (answer.status, answer.code, upstream.published) == (422, "broken", [])
    assert {problem["field"] for problem in answer.body["problems"]} == fields
    assert all("Expected: " in problem["advice"] for problem in answer.body["problems"])
    assert "docs/integrate" not in str(answer.body)


def test_a_broken_fact_can_be_sent_mended(upstream: Upstream) -> None:
    upstream.sends(fact("CustomerOptedOut", OPT_OUT | {"at": "yesterday"}))
    assert upstream.sends(fact("CustomerOptedOut", OPT_OUT), message_id="msg_2").status == 200


def test_no_answer_and_no_log_says_what_was_sent(
    upstream: Upstream, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:
    broken = job_detail(canary="canary", customer__email="canary"), {"canary@example.com": "canary"}
    kinds = "ServiceCompleted", "canary", "CustomerOptedOut"
    bodies = [fact(kind, data) for kind in kinds for data in broken]
    answers = [upstream.sends(body, message_id=f"canary_{number}").body for number, body in enumerate(bodies)]
    assert "anary" not in json.dumps(answers)
    said = json.dumps([record.__dict__ for record in caplog.records], default=str) + "".join(capsys.readouterr())
    assert "webhook refused" in said
    assert [secret for secret in ("anary", SECRET, SECRET[6:]) if secret in said] == []


def test_a_rotation_has_no_gap(upstream: Upstream) -> None:
    upstream.sends(JOB)
    upstream.parameter = json.dumps([OTHER, SECRET])
    upstream.later(seconds=61)
    signed = (SECRET,), (OTHER,), (OTHER, SECRET)
    assert [upstream.sends(JOB, secrets=used).status for used in signed] == [200, 200, 200]
    upstream.parameter = json.dumps([OTHER])
    upstream.later(seconds=61)
    assert [upstream.sends(JOB, secrets=used).status for used in signed] == [401, 200, 200]


def test_secrets_are_read_once_a_minute(upstream: Upstream) -> None:
    for _ in range(4):
        upstream.later(seconds=29).sends(JOB)
    assert upstream.asked == 2


def test_without_a_secret_senders_wait(upstream: Upstream) -> None:
    upstream.parameter = "[]"
    answer = upstream.sends(JOB)
    assert (answer.status, answer.code) == (503, "no_secret")
    upstream.parameter = json.dumps([SECRET])
    assert upstream.later(seconds=61).sends(JOB).status == 200


@pytest.mark.parametrize("parameter", ["no json", '["whsec_short"]', '[""]'])
def test_a_broken_parameter_lets_nobody_in_and_is_not_told(
    upstream: Upstream, parameter: str, caplog: pytest.LogCaptureFixture,
) -> None:
    upstream.parameter = parameter
    assert upstream.sends(JOB).status == 500
    assert [record.error for record in caplog.records] and "short" not in caplog.text


@pytest.mark.parametrize(("kind", "data"), [
    ("ServiceCompleted", job_detail("s-1")), ("ServiceCompleted", job_detail("s-1", satisfaction=9)),
    ("SatisfactionReported", survey("s-1").model_dump(mode="json")), ("CustomerErased", OPT_OUT),
])
def test_an_erasure_takes_back_what_a_webhook_left(upstream: Upstream, kind: str, data: dict[str, Any]) -> None:
    upstream.sends(fact(kind, data))
    upstream.sends(fact(kind, data), message_id="msg_2")
    prep = Room(routes)
    prep.store = upstream.store
    assert (prep.when(erased("c-1")), upstream.published) == ([], [])
    assert upstream.sends(fact(kind, data)).body["status"] == "known"


def test_whom_nobody_can_tell_is_not_listed(upstream: Upstream) -> None:
    answer = upstream.sends(fact("ServiceCompleted", {"customer": {"customer_id": "dana@example.com"}}))
    assert (answer.status, [key for key in upstream.store.items if key[0].startswith("CUSTOMER#")]) == (200, [])


def test_a_message_costs_one_write_and_no_read(upstream: Upstream) -> None:
    upstream.sends(JOB)
    assert (upstream.store.commits, upstream.store.reads) == (1, 0)
