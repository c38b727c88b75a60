"""What stays of an event of whoever is erased: it still counts, and tells of nobody."""

import json
from typing import Any

import pytest

from infra.platform.redaction import redacted, whose
from shared.events.upstream import CustomerOptedOut, SatisfactionReported, ServiceCompleted
from tests.harness.facts import erased, features, job, job_detail, survey
from tests.harness.room import record
from tests.unit.orchestrator.story import prepared

PERSON = {
    "customer__email": "canary@example.com", "customer__name": "Canaria", "service__notes": "canary notes",
    "service__technician": "Canary", "property": {"street": "Canary Street 1"},
}
STREET = {"property_features": {"street": "Canary Street 1"}}
SERVICE = prepared().service.model_copy(update={"property": {"street": "Canary Street 1"}})
SAID: dict[str, Any] = {
    "a job": job("s-1", **PERSON),
    "a job with more than the contract knows": job_detail("s-1", **PERSON) | {"canary": "canary"},
    "a job that breaks its contract": job_detail("s-1", **PERSON | {"satisfaction": "canary"}),
    "a survey": survey().model_copy(update={"comment": "canary"}),
    "an opt-out": CustomerOptedOut(customer_id="c-1", email="canary@example.com", reason="canary", at="2026-11-21T10:00Z"),
    "an erasure": erased(email="canary@example.com"),
    "features": features(**STREET),
    "a prepared referral": prepared(given_name="Canaria", features=features(**STREET).features, service=SERVICE),
}


def envelope(what: str) -> dict[str, Any]:
    return json.loads(record(SAID[what])["body"])


@pytest.mark.parametrize("what", SAID)
def test_nothing_says_who_it_was_and_it_is_still_hers(what: str) -> None:
    before = envelope(what)
    assert "anar" in json.dumps(before)
    after = redacted(before)
    assert "anar" not in json.dumps(after)
    assert whose(after) == whose(before) == "c-1"
    assert redacted(after) == after


def test_what_kept_its_contract_keeps_it_and_is_the_same_fact() -> None:
    before, after = (ServiceCompleted.unwrap(said["detail"]) for said in (envelope("a job"), redacted(envelope("a job"))))
    assert after[1] == before[1]
    assert (after[0].service.price, after[0].satisfaction) == (before[0].service.price, before[0].satisfaction)
    assert SatisfactionReported.model_validate(redacted(envelope("a survey"))["detail"]).score == survey().score


def test_an_event_of_ours_keeps_its_figures() -> None:
    before = envelope("features")
    after = redacted(before)
    assert after["detail"]["metadata"] == before["detail"]["metadata"]
    assert after["detail"]["data"]["features"] == before["detail"]["data"]["features"] | {"property_features": {}}


def test_what_tells_of_nobody_is_nobodys() -> None:
    assert whose({"source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": "canary"}) == ""
    assert whose({"source": "referral.registry", "detail-type": "AliasMoved", "detail": {"data": {"agent": "a"}}}) == ""
