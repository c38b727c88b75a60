"""Whoever a customer is, it is told to nobody: not on the bus and not in a log."""

import json

import pytest

from tests.harness.facts import job, job_detail
from tests.harness.outside import BODY, Crash, raising, refused, written
from tests.unit.orchestrator.story import House, moved, opted_out, prepared, registered

CANARIES = ("canary.bird@example.org", "Canaria", "Birdwatcher", "yellow cage", "Tweety Crew", "feather")
JOB = {
    "customer__email": "canary.bird@example.org", "customer__name": "Canaria Birdwatcher",
    "service__notes": "yellow cage in the hall", "service__technician": "Tweety Crew",
}


def story() -> House:
    """Everything that can happen to one customer, each fault included."""
    good = written(subject="A feather", body=f"{BODY} feather")
    house = House(refused("ThrottlingException", 429), written(body="feather"), good)
    house.room.when(registered(), moved(), job("s-1", **JOB), job("s-1", **JOB))
    house.room.when(job_detail("s-2", **JOB | {"customer__email": "canary.bird@example.org\nBcc: x"}))
    for receives in (1, 2):
        house.room.when(prepared(given_name="Canaria"), receives=receives)
    house.get("/drafts")
    for body in ("short feather", f"Dear Canaria Birdwatcher, {BODY}"):
        house.tell("edit", content_hash=house.referral.content_hash, subject="Canaria", body=body)
    house.approve("stale")
    house.approve()
    for fault in (refused("TooManyRequestsException", 429), Crash()):
        house.ses.before = raising(fault)
        try:
            house.pass_on()
        except Crash:
            continue
    house.pass_on()
    house.room.when(opted_out(email="canary.bird@example.org"))
    return house


def test_no_event_names_a_customer() -> None:
    rows = [row for key, row in story().store.items.items() if key[1] == "OUTBOX"]
    assert {row["detail_type"] for row in rows} >= {"ReferralDrafted", "ReferralReviewed"}
    told = json.dumps([row["detail"] for row in rows])
    assert [canary for canary in CANARIES if canary in told] == []


def test_no_log_names_a_customer(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    story()
    logged = "".join([*capsys.readouterr(), *(str(vars(record)) for record in caplog.records)])
    assert "comes again" in logged and "EventsFailed" in logged
    assert [canary for canary in CANARIES if canary in logged] == []


def test_no_key_is_an_address() -> None:
    assert not [key for key in story().store.items if "@" in key[0]]
