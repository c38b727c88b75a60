"""A table is made once more from the log: it is the same, or says where it is not, and can be mended and put back."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import erased, survey
from tests.integration.lambdas import account_of
from tests.integration.story import jobs
from tests.unit.cli.laptop import referral

CUSTOMER = "CUSTOMER#c-1"


@pytest.fixture(scope="module")
def house() -> Iterator[Cloud]:
    """An hour ago: four jobs, a survey ahead of its job and a late one, and a customer who was erased."""
    with clouds.cloud() as made:
        made.deploy("platform", "features", "prep")
        made.put("SatisfactionReported", survey("s-2", score=2).model_dump(mode="json"))
        jobs(made, "s-1", "s-2", "s-3")
        jobs(made, "s-9", customer__customer_id="c-9")
        made.settle()
        jobs(made, "s-1")
        made.put("SatisfactionReported", survey("s-1", score=4).model_dump(mode="json"))
        made.put("CustomerErased", erased("c-9").model_dump(mode="json"))
        made.settle().later().later()
        long_ago()
        yield made


def long_ago() -> None:
    """What is in the log was said an hour earlier."""
    def earlier(line: str) -> str:
        told = json.loads(line)
        at = datetime.fromisoformat(told["time"]) - timedelta(hours=1)
        return json.dumps(told | {"time": at.isoformat()})

    rewrite(lambda lines: [earlier(line) for line in lines])


def rewrite(change: Any) -> None:
    s3 = client("s3")
    bucket = next(known["Name"] for known in s3.list_buckets()["Buckets"] if "event-log" in known["Name"])
    for known in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        lines = s3.get_object(Bucket=bucket, Key=known["Key"])["Body"].read().decode().splitlines()
        s3.put_object(Bucket=bucket, Key=known["Key"], Body="".join(line + "\n" for line in change(lines)).encode())


def rebuild(house: Cloud, *options: str, service: str = "features") -> dict[str, Any]:
    """What the command says, behind what functions of this process logged."""
    done = referral("rebuild", service, *options, "--json", account=account_of(house))
    told = json.loads(done.stdout[max(0, done.stdout.find("{\n")) :])
    if "different" in told:
        assert done.exit_code == (1 if told["different"] > told.get("switched", 0) else 0), done.output
    return told


def damage(house: Cloud, sk: str = "LATEST", field: str = "service_count", value: str = "17") -> None:
    """Somebody writes into the table by hand."""
    client("dynamodb").update_item(
        TableName=house.deployed.tables["CustomerFeatures"], Key={"pk": {"S": CUSTOMER}, "sk": {"S": sk}},
        UpdateExpression="SET #f = :v", ExpressionAttributeNames={"#f": field}, ExpressionAttributeValues={":v": {"N": value}},
    )


def lose(house: Cloud, pk: str, sk: str) -> None:
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    client("dynamodb").delete_item(TableName=house.deployed.tables["CustomerFeatures"], Key=key)


@pytest.mark.parametrize(("service", "rows"), [("features", 15), ("prep", 7)])
def test_what_the_log_says_is_what_the_table_says(house: Cloud, service: str, rows: int) -> None:
    told = rebuild(house, service=service)
    assert told["differences"] == []
    assert told["same"] == rows


def test_what_differs_is_listed_mended_and_put_back(house: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = house.call("features_api", "GET", "/customers/c-1/features").body
    damage(house)
    lose(house, CUSTOMER, "V#000000002")
    lose(house, "JOB#s-3", "COUNTED")
    told = rebuild(house)
    assert [(one["sk"], one["fields"]) for one in told["differences"] if one["live"] and one["rebuilt"]] == [("LATEST", ["service_count"])]
    assert sorted(one["sk"] for one in told["differences"] if one["live"] is None) == ["COUNTED", "V#000000002"]

    switched = rebuild(house, "--switch", "--yes")
    assert (switched["switched"], switched["left"]) == (3, {})
    assert house.call("features_api", "GET", "/customers/c-1/features").body == before
    assert rebuild(house)["different"] == 0
    jobs(house, "s-3")
    house.settle()
    assert house.call("features_api", "GET", "/customers/c-1/features").body == before

    assert rebuild(house, "--undo", switched["undo"])["switched"] == 3
    assert house.call("features_api", "GET", "/customers/c-1/features").body["service_count"] == 17
    assert rebuild(house, "--switch", "--yes")["switched"] == 3


def test_whoever_is_erased_is_not_brought_back(house: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lose(house, "CUSTOMER#c-9", "LATEST")
    assert rebuild(house, "--switch", "--yes")["switched"] == 1
    assert house.call("features_api", "GET", "/customers/c-9/kept").body["erased"] is True
    assert "dana@example.com" not in str([item for item in house.items("CustomerFeatures") if "c-9" in str(item)])


def test_where_the_log_knows_less_than_the_table_nothing_is_written(
    house: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    known = {"pk": "JOB#s-77", "sk": "COUNTED", "customer_id": "c-1", "at": "2026-11-20T12:00:00+00:00"}
    item = {name: {"S": value} for name, value in known.items()}
    client("dynamodb").put_item(TableName=house.deployed.tables["CustomerFeatures"], Item=item)
    damage(house)
    told = rebuild(house, "--switch", "--yes")
    assert (told["switched"], told["left"]) == (0, {CUSTOMER: "the log does not know all of it"})
    lose(house, "JOB#s-77", "COUNTED")
    assert rebuild(house, "--switch", "--yes")["switched"] == 1


def test_what_is_on_its_way_is_left_alone(house: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    jobs(house, "s-4")
    house.deliver("record_events")
    damage(house)
    told = rebuild(house, "--switch", "--yes")
    assert told["left"] == {CUSTOMER: "something was said about it a moment ago"}


def test_a_service_that_does_not_exist_is_not_rebuilt(house: Cloud) -> None:
    done = referral("rebuild", "billing", account=account_of(house))
    assert done.exit_code == 1 and "Choose one of: features, prep" in done.stderr
