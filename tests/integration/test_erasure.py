"""Whoever is erased is forgotten everywhere, stays forgotten when everything is said again, and gets no mail."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import erased
from tests.harness.outside import BODY, written
from tests.harness.templates import BASE, services
from tests.integration.story import decide, drafts, jobs, model, production, sender
from tests.unit.cli.laptop import Laptop, told

PERSON = {
    "customer__email": "canary@example.com", "customer__name": "Canaria Example", "service__notes": "canary notes",
    "service__technician": "Canary", "property": {"street": "Canary Street 1", "region": "north"},
}
Story = tuple[Cloud, list[dict[str, Any]]]


def leaks(house: Cloud) -> list[str]:
    """Every row and every object that says who it was; what lies in quarantine is compressed."""
    rows = [(table, item) for table in house.deployed.tables for item in house.items(table)]
    found = [f"{t} {item['pk']} {item['sk']}" for t, item in rows if "anar" in str(item) or "content" in item]
    return found + [f"{bucket}/{key}" for bucket, key, body in objects() if b"anar" in body]


def objects() -> Iterator[tuple[str, str, bytes]]:
    s3 = client("s3")
    for bucket in (known["Name"] for known in s3.list_buckets()["Buckets"]):
        for known in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            yield bucket, known["Key"], s3.get_object(Bucket=bucket, Key=known["Key"])["Body"].read()


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """A customer with a mail that was sent, one that is approved, one in review, and a fact in quarantine; then erased."""
    with clouds.cloud() as house:
        house.deploy(*BASE, *services())
        production(house)
        sender(house)
        house.settle()
        jobs(house, "s-1", "s-2", "s-3", "s-4", **PERSON)
        jobs(house, "s-8", historical=True, **PERSON)
        jobs(house, "s-9", **PERSON | {"satisfaction": "canary"})
        answers = model()
        for _ in range(4):
            answers.add_response("converse", written(body=BODY.replace("Dana", "Canaria")) | {"metrics": {"latencyMs": 1}})
        with answers:
            house.settle()
        first, second, *_ = drafts(house)
        assert decide(house, "approve", first).status == 200
        house.settle()
        assert decide(house, "approve", second).status == 200
        assert leaks(house)
        house.put("CustomerErased", erased(email="canary@example.com").model_dump(mode="json"))
        yield house.settle().later().later(), house.heard()


def test_no_table_and_no_object_says_who_it_was(story: Story) -> None:
    house, _ = story
    assert leaks(house) == []


def test_what_had_not_left_does_not_leave(story: Story) -> None:
    house, said = story
    assert sum(call.operation == "SendEmail" for call in house.calls) == 1
    assert [event["detail-type"] for event in said].count("ReferralSuppressed") == 3
    assert drafts(house) == drafts(house, "approved") == []


def test_counts_stay(story: Story) -> None:
    house, _ = story
    assert house.call("features_api", "GET", "/customers/c-1/features").body["service_count"] == 5
    for api in ("prep_api", "review_api", "evaluations_api"):
        assert house.call(api, "GET", "/customers/c-1/kept").body["kept"] == {}


def test_all_of_it_again_brings_nothing_back(story: Story) -> None:
    house, said = story
    for event in (*said, *reversed(said)):
        house.put(event["detail-type"], event["detail"], source=event["source"])
    with model():
        house.settle().later().later()
    assert leaks(house) == []
    assert sum(call.operation == "SendEmail" for call in house.calls) == 1


def test_the_log_proves_every_mail(story: Story) -> None:
    answer = told("audit", account=Laptop(clients={"dynamodb": client("dynamodb")}))
    assert (answer["clean"], answer["sent"], answer["pending"]) == (True, 1, [])
    assert "anar" not in json.dumps(answer)
