"""What a fact says that breaks its contract does not stop the log of every event, nor get into its table."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.platform.event_log import record_events
from tests.harness.facts import job_detail
from tests.harness.room import record

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
