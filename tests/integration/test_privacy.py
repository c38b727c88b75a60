"""Nothing that somebody typed reaches a log, whatever goes wrong with it."""

import pytest

from tests.harness.cloud import Cloud
from tests.harness.facts import survey
from tests.harness.templates import BASE, services
from tests.integration.story import decide, drafts, jobs, production, refusing, text, writing

CANARY = {
    "customer__email": "canary@example.com", "customer__name": "Canary Canary", "service__notes": "canary notes",
    "service__technician": "Canary", "property": {"street": "Canary Street 1"},
}


@pytest.fixture
def house(cloud: Cloud) -> Cloud:
    cloud.deploy(*BASE, *services())
    production(cloud)
    return cloud.settle()


def test_no_log_line_and_no_metric_names_a_person(
    house: Cloud, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:
    jobs(house, "s-1", **CANARY)
    jobs(house, "s-9", **CANARY | {"satisfaction": "canary"})
    house.put("SatisfactionReported", survey("s-1").model_dump(mode="json") | {"comment": "canary"})
    house.put("SatisfactionReported", {"canary": "canary"})
    house.put("CustomerOptedOut", {"customer_id": "c-9", "email": "canary@example.com", "at": "canary"})
    broken = {"data": {"decision": "approved", "canary": "canary"}}
    house.put("ReferralReviewed", broken, source="referral.orchestrator")
    with writing():
        house.settle()
    [line] = drafts(house)
    decide(house, "approve", line | {"content_hash": "canary"}, reviewer="canary@example.com")
    decide(house, "approve", line)
    with refusing("MessageRejected", 400):
        house.settle()
    house.call("prep_api", "GET", "/quarantine/canary")
    house.call("features_api", "GET", "/customers/canary@example.com/features")
    said = [text(record.__dict__) for record in caplog.records]
    assert {record.getMessage() for record in caplog.records} >= {"handled", "comes again"}
    assert [one for one in said if "anary" in one] == []
    assert "anary" not in "".join(capsys.readouterr())


def test_a_fault_of_our_own_is_logged_without_what_was_asked(
    house: Cloud, caplog: pytest.LogCaptureFixture,
) -> None:
    house.deployed.tables.clear()
    broken = house.deployed.functions["features_api"]
    broken.environment["TABLE_NAME"] = "no-such-table"
    answer = house.call("features_api", "GET", "/customers/canary/features")
    assert (answer.status, answer.code) == (500, "internal")
    [record] = [record for record in caplog.records if record.getMessage() == "request failed"]
    assert "canary" not in text(record.__dict__)
