"""The laptop's knowledge base: what is approved is found by its words, and by nothing that a filter keeps out."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local import bridge
from infra.local.forward import Failed
from infra.local.knowledge import Shelf, retrieved
from infra.local.model import Handler, Server
from infra.local.ranking import Example, Ranking, passing

METADATA = {"service_type": "roof repair", "customer": "c-1", "approved_at": 100}
EQUALS = {"equals": {"key": "service_type", "value": "roof repair"}}
NOT_OWN = {"notEquals": {"key": "customer", "value": "c-1"}}
BEFORE = {"lessThan": {"key": "approved_at", "value": 100}}


def example(key: str, text: str, **metadata: Any) -> Example:
    return Example(key, text, METADATA | metadata)


def keys(found: list[tuple[Example, float]]) -> list[str]:
    return [known.key for known, _ in found]


def test_the_most_similar_comes_first_and_no_more_than_asked_for() -> None:
    ranking = Ranking([
        example("a", "the kitchen was cleaned"), example("b", "a roof and a kitchen"), example("c", "your roof has new tiles"),
    ])
    assert keys(ranking.best("New tiles on a roof?", 2)) == ["c", "b"]
    assert keys(ranking.best("something else", 9)) == ["a", "b", "c"]
    assert Ranking([]).best("roof", 3) == []


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        (None, True), (EQUALS, True), (NOT_OWN, False), (BEFORE, False),
        ({"lessThan": {"key": "approved_at", "value": 101}}, True),
        ({"lessThanOrEquals": {"key": "approved_at", "value": 100}}, True),
        ({"greaterThan": {"key": "approved_at", "value": 99}}, True),
        ({"greaterThanOrEquals": {"key": "approved_at", "value": 101}}, False),
        ({"lessThan": {"key": "unknown", "value": 1}}, False),
        ({"in": {"key": "customer", "value": ["c-1"]}}, True),
        ({"notIn": {"key": "customer", "value": ["c-1"]}}, False),
        ({"startsWith": {"key": "service_type", "value": "roof"}}, True),
        ({"andAll": [EQUALS, NOT_OWN]}, False), ({"orAll": [EQUALS, NOT_OWN]}, True),
    ],
)
def test_a_filter_means_what_it_means_to_bedrock(wanted: Any, right: bool) -> None:
    assert passing([METADATA], [0], wanted) == ([0] if right else [])


def test_what_a_filter_keeps_out_does_not_take_a_place() -> None:
    ranking = Ranking([example("own", "roof roof"), example("other", "roof", customer="c-2")])
    assert keys(ranking.best("roof", 1, NOT_OWN)) == ["other"]


@pytest.fixture
def bucket() -> Iterator[Any]:
    """The bucket of the laptop, in an emulator of this process."""
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=bridge.EXAMPLES, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield s3


def put(s3: Any, referral_id: str, text: str, **metadata: Any) -> None:
    attributes = {"metadataAttributes": METADATA | {"referral_id": referral_id} | metadata}
    s3.put_object(Bucket=bridge.EXAMPLES, Key=f"examples/{referral_id}.txt.metadata.json", Body=json.dumps(attributes))
    s3.put_object(Bucket=bridge.EXAMPLES, Key=f"examples/{referral_id}.txt", Body=text.encode())


def test_the_shelf_follows_the_bucket(bucket: Any) -> None:
    shelf = Shelf(lambda: bucket)
    assert shelf.ranking().best("roof", 9) == []
    put(bucket, "r-1", "a roof")
    put(bucket, "r-2", "a kitchen")
    shelf.read()
    assert keys(shelf.ranking().best("roof", 1)) == ["examples/r-1.txt"]
    put(bucket, "r-2", "a roof, a roof")
    bucket.delete_object(Bucket=bridge.EXAMPLES, Key="examples/r-1.txt")
    shelf.read()
    assert [known.text for known, _ in shelf.ranking().best("roof", 9)] == ["a roof, a roof"]


def test_a_mail_without_its_metadata_is_not_found(bucket: Any) -> None:
    shelf = Shelf(lambda: bucket)
    bucket.put_object(Bucket=bridge.EXAMPLES, Key="examples/r-1.txt", Body=b"a roof")
    assert shelf.ranking().best("roof", 9) == []


def asking(wanted: Any = None, **more: Any) -> dict[str, Any]:
    search = {"vectorSearchConfiguration": {"filter": wanted} | more}
    return {"retrievalQuery": {"text": "roof"}, "retrievalConfiguration": search}


def test_a_real_client_is_answered(bucket: Any, forgetful: None) -> None:
    put(bucket, "r-1", "a roof")
    put(bucket, "r-2", "a clean roof", service_type="cleaning")
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        runtime = boto3.client("bedrock-agent-runtime", endpoint_url=f"http://127.0.0.1:{server.server_port}")
        answer = runtime.retrieve(knowledgeBaseId=bridge.KNOWLEDGE_BASE, **asking(EQUALS, numberOfResults=2))
        server.shutdown()
    [found] = answer["retrievalResults"]
    assert (found["content"]["text"], found["metadata"]["referral_id"]) == ("a roof", "r-1")
    assert found["location"]["s3Location"]["uri"] == f"s3://{bridge.EXAMPLES}/examples/r-1.txt"


def test_five_are_answered_where_nobody_says_how_many(bucket: Any) -> None:
    for number in range(7):
        put(bucket, f"r-{number}", "a roof")
    assert len(retrieved(bridge.KNOWLEDGE_BASE, asking(), Shelf(lambda: bucket))["retrievalResults"]) == 5


def test_another_knowledge_base_is_not_found() -> None:
    with pytest.raises(Failed) as failed:
        retrieved("ANOTHER000", asking())
    assert failed.value.kind == "ResourceNotFoundException"


def test_a_bucket_that_is_not_there_is_unavailable() -> None:
    with mock_aws(), pytest.raises(Failed) as failed:
        retrieved(bridge.KNOWLEDGE_BASE, asking(), Shelf(lambda: boto3.client("s3")))
    assert failed.value.kind == "ServiceUnavailableException"
