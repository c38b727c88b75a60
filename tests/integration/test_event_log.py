"""The log of every event: what it keeps, what it leaves out, and that nothing stops it."""

import json
from typing import Any

import pytest

from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import features, job_detail
from tests.harness.room import said
from tests.integration.story import jobs, rubbish, text

PERSONAL = {
    "customer__email": "canary@example.com", "customer__name": "Canary Name", "service__notes": "canary notes",
    "service__technician": "Canary Technician", "property": {"street": "Canary Street 1"},
}


@pytest.fixture
def platform(cloud: Cloud) -> Cloud:
    return cloud.deploy("platform")


def rows(cloud: Cloud) -> list[dict[str, str]]:
    """Those of events; what is counted of a day is another kind of row."""
    found = [{name: next(iter(value.values())) for name, value in item.items()} for item in cloud.items("EventLog")]
    return [row for row in found if "event_id" in row]


def objects() -> list[dict[str, Any]]:
    """Every line of every object of the log, in the order of their names."""
    bucket = client("s3").list_buckets()["Buckets"][0]["Name"]
    keys = [known["Key"] for known in client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]
    bodies = [client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys]
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def test_every_event_is_kept_whole_and_under_its_story(platform: Cloud) -> None:
    jobs(platform, "s-1")
    known = features()
    metadata = said(known, event_id="e-1", correlation_id=referral_id("s-1"))
    platform.put("FeaturesUpdated", json.loads(known.wrap(metadata)), source="referral.features")
    platform.settle()
    found = {row["detail_type"]: row for row in rows(platform)}
    assert {row["pk"] for row in found.values()} == {referral_id("s-1")}
    assert found["FeaturesUpdated"]["event_id"] == "e-1"
    assert found["FeaturesUpdated"]["producer"] == "referral.features"
    assert json.loads(found["FeaturesUpdated"]["data"])["customer_id"] == "c-1"
    assert {line["detail-type"]: line["detail"] for line in objects()}["ServiceCompleted"] == job_detail("s-1")


def test_the_table_holds_no_person_and_says_where_the_whole_is(platform: Cloud) -> None:
    jobs(platform, "s-1", **PERSONAL)
    platform.settle()
    [row] = rows(platform)
    assert "anary" not in text(row)
    assert json.loads(row["data"]) == {"service_id": "s-1", "customer_id": "c-1"}
    bucket = client("s3").list_buckets()["Buckets"][0]["Name"]
    assert b"canary@example.com" in client("s3").get_object(Bucket=bucket, Key=row["object"])["Body"].read()


def test_what_comes_again_is_the_same_row(platform: Cloud) -> None:
    for _ in range(3):
        jobs(platform, "s-1")
        platform.settle()
    assert len(rows(platform)) == 1


def test_the_same_event_twice_in_a_batch_does_not_stop_it(platform: Cloud) -> None:
    jobs(platform, "s-1", "s-1", "s-2")
    platform.settle()
    assert (len(rows(platform)), platform.waiting("record_events")) == (2, 0)
    [written] = [call.parameters["RequestItems"] for call in platform.calls if call.operation == "BatchWriteItem"]
    assert len(written[platform.deployed.tables["EventLog"]]) == 2  # DynamoDB refuses a call that names a row twice


@pytest.mark.parametrize(
    "detail", [{"service_id": ["canary"]}, {}, {"metadata": "canary"}, {"customer": {"customer_id": {}}}],
)
def test_an_event_that_breaks_its_contract_is_a_story_of_its_own(platform: Cloud, detail: dict[str, Any]) -> None:
    for source in ("upstream.crm", "referral.features"):
        platform.put("ServiceCompleted", detail, source=source)
    jobs(platform, "s-1")
    platform.settle()
    assert len(rows(platform)) == 3
    assert sum(row["pk"].startswith("malformed-") for row in rows(platform)) == 2


def test_what_is_no_event_at_all_comes_again_alone(platform: Cloud) -> None:
    rubbish(platform, "record_events")
    jobs(platform, "s-1", "s-2")
    assert len(platform.deliver("record_events")) == 1
    assert len(rows(platform)) == 2


def test_more_events_than_one_call_takes_are_all_kept(platform: Cloud) -> None:
    envelopes = [
        {"source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": job_detail(f"s-{number}")}
        for number in range(60)
    ]
    records = [{"messageId": f"m-{number}", "body": json.dumps(body)} for number, body in enumerate(envelopes)]
    assert platform.invoke("record_events", {"Records": records}) == {"batchItemFailures": []}
    assert len(rows(platform)) == 60


def test_the_log_is_listed_by_the_minute_and_moment_of_recording(platform: Cloud) -> None:
    jobs(platform, "s-1", completed_at="2026-11-20T16:30:00+01:00")
    platform.settle()
    jobs(platform, "s-2", completed_at="2025-11-20T16:30:00+01:00")
    platform.settle()
    minutes = sorted({row["recorded_at"][:16] for row in rows(platform)})
    listed = [item for minute in minutes for item in client("dynamodb").query(
        TableName=platform.deployed.tables["EventLog"], IndexName="recent", KeyConditionExpression="recent_pk = :minute",
        ExpressionAttributeValues={":minute": {"S": f"MINUTE#{minute}"}},
    )["Items"]]
    assert [item["pk"]["S"] for item in listed] == [referral_id("s-1"), referral_id("s-2")]
