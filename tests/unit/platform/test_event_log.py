"""What a fact says that breaks its contract does not stop the log of every event, nor get into its table."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.accounts import ROOT
from infra.platform.event_log import NotRecorded, record_events
from shared.events.upstream import FACTS
from tests.harness.facts import job_detail
from tests.harness.room import record
from tests.unit.platform.test_measures import REVIEWED

BUCKET, TABLE = "a-log", "a-table"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, forgetful: None) -> Iterator[Any]:
    """Where the log is kept."""
    monkeypatch.setenv("LOG_BUCKET", BUCKET)
    monkeypatch.setenv("TABLE_NAME", TABLE)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield boto3.resource("dynamodb").create_table(
            TableName=TABLE, BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        )


def kept() -> list[Any]:
    s3 = boto3.client("s3")
    [written] = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    lines = s3.get_object(Bucket=BUCKET, Key=written["Key"])["Body"].read().decode().splitlines()
    return [json.loads(line)["detail"] for line in lines]


@pytest.mark.parametrize("service_id", [
    "s" * 500_000, "half a character \ud83d", "\ud83d", "Canary Name, canary@example.com", "s\n1",
], ids=["huge", "half a character", "only half", "a person", "two lines"])
def test_what_stands_in_place_of_an_id_is_kept_whole_and_stays_out_of_the_table(log: Any, service_id: str) -> None:
    details = [job_detail("s-1"), job_detail("s-2") | {"service_id": service_id}]
    assert record_events({"Records": [record(detail) for detail in details]}) == {"batchItemFailures": []}
    assert kept() == details
    rows = [row for row in log.scan()["Items"] if "data" in row]
    assert sorted(json.loads(row["data"]).get("service_id", "none") for row in rows) == ["none", "s-1"]


def of_ours(event_id: str, **data: Any) -> dict[str, Any]:
    said = {"event_id": event_id, "occurred_at": "2026-11-21T10:00:00Z", "correlation_id": "job-1", "producer": "features"}
    detail = {"metadata": said, "data": data}
    return {"source": "referral.features", "detail-type": "FeaturesUpdated", "detail": detail}


def messages(*envelopes: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m-{n}", "body": json.dumps(one)} for n, one in enumerate(envelopes, 1)]}


def test_only_what_the_table_refuses_comes_again(log: Any) -> None:
    said = [of_ours("e-1", version=1), of_ours("e-2", version="x" * 450_000), of_ours("e-3", version=3)]
    assert record_events(messages(*said)) == {"batchItemFailures": [{"itemIdentifier": "m-2"}]}
    recorded = [row for row in log.scan()["Items"] if row["pk"] == "job-1"]
    assert sorted(row["event_id"] for row in recorded) == ["e-1", "e-3"]
    [counts] = [row for row in log.scan()["Items"] if row["sk"] == "COUNTS"]
    assert counts["FeaturesUpdated"] == 2


def test_where_the_table_is_not_there_the_batch_comes_again_and_no_log_says_what_was_in_it(
    log: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOG_BUCKET", "canary@example.com")  # stands in the message of the error
    with pytest.raises(NotRecorded) as raised:
        record_events(messages(of_ours("e-1")))
    assert (str(raised.value), raised.value.__suppress_context__) == ("ParamValidationError", True)
    assert "canary" not in "".join(capsys.readouterr())


def test_a_decision_that_is_delivered_again_is_measured_once_by_version_and_of_all(
    log: Any, capsys: pytest.CaptureFixture[str],
) -> None:
    said = of_ours("e-1", **REVIEWED) | {"source": "referral.orchestrator", "detail-type": "ReferralReviewed"}
    for _ in range(2):
        assert record_events(messages(said)) == {"batchItemFailures": []}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    measured = [(line.get("version"), line["Decided"], line["Approved"]) for line in lines if "Decided" in line]
    assert measured == [(None, [1.0], [1.0]), ("2", [1.0], [1.0])]


@pytest.mark.parametrize("kind", FACTS)
def test_whatever_upstream_can_tell_is_a_story_of_its_own(log: Any, kind: str) -> None:
    fact = FACTS[kind].model_validate(json.loads((ROOT / "examples/events/facts.json").read_text())[kind])
    record_events({"Records": [record(fact)]})
    [story] = {row["pk"] for row in log.scan()["Items"] if "data" in row}
    assert story == fact.correlation()
