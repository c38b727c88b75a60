"""What a store promises: the table in memory, on which stories run, and DynamoDB keep the same promises."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from infra.cli.aside import Aside
from shared import aws
from shared.store import DynamoStore, Item, Key, Refused, Store, Write
from tests.conftest import forget
from tests.harness.memory import MemoryStore
from tests.simulation.store import SimulatedStore

TABLE = "referral-test-Things"
LAMP, CHAIR, TABLE_ROW = ("THING#lamp", "STATE"), ("THING#chair", "STATE"), ("THING#table", "STATE")


@pytest.fixture(scope="module")
def dynamo() -> Iterator[Any]:
    forget()
    with mock_aws():
        yield boto3.client("dynamodb")
    forget()


@pytest.fixture(params=["memory", "simulated", "dynamodb", "aside", "above another"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Empty; the table is as the services have it, with an index such as those of the queues."""
    if request.param != "dynamodb":
        made = {"memory": MemoryStore, "simulated": SimulatedStore, "aside": Aside, "above another": lambda: Aside(MemoryStore())}
        yield made[request.param]()
        return
    dynamo = request.getfixturevalue("dynamo")
    names = ("pk", "sk", "queue_pk", "queue_sk")
    dynamo.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[{
            "IndexName": "queue", "KeySchema": _keys("queue_pk", "queue_sk"), "Projection": {"ProjectionType": "ALL"},
        }],
    )
    yield DynamoStore(TABLE)
    dynamo.delete_table(TableName=TABLE)


def put(key: Key, revision: int = 0, /, **item: Any) -> Write:
    return Write(key, item, revision)


def rows(store: Store, *sort_keys: str) -> None:
    for sk in sort_keys:
        store.commit([put(("LIST", sk), n=sk)])


def refused(store: Store, *writes: Write) -> set[Key]:
    """Which keys were not as expected; then nothing of the transaction is written."""
    before = store.get([write.key for write in writes])
    with pytest.raises(Refused) as refusal:
        store.commit(writes)
    assert store.get([write.key for write in writes]) == before
    return set(refusal.value.keys)


def sort_keys(found: list[Item]) -> list[str]:
    return [str(item["sk"]) for item in found]


# Reading and writing

def test_what_is_put_is_found_with_its_revision(store: Store) -> None:
    store.commit([put(LAMP, lit=True)])
    store.commit([put(LAMP, 1, lit=False)])
    assert store.get([LAMP, CHAIR]) == {LAMP: {"lit": False, "rev": 2}}


def test_values_come_back_as_they_were(store: Store) -> None:
    said: Item = {
        "text": "Zoë", "empty": "", "no": False, "exact": Decimal("1234567890.123456789"), "count": 7,
        "parts": [{"field": "a", "deep": {"n": Decimal("-0.01"), "nothing": None}}, "b", 3],
        "content": b"\x00\xff", "none_of_them": [], "of_nobody": {},
    }
    store.commit([put(LAMP, **said)])
    assert store.get([LAMP]) == {LAMP: said | {"rev": 1}}
    assert json.dumps(str(store.get([LAMP])[LAMP]["exact"])) == '"1234567890.123456789"'


def test_an_attribute_that_is_nothing_is_not_stored(store: Store) -> None:
    store.commit([put(LAMP, lit=None, n=1)])
    assert store.get([LAMP])[LAMP].keys() == {"n", "rev"}


def test_what_is_handed_out_is_a_copy(store: Store) -> None:
    item: Item = {"parts": [1]}
    store.commit([Write(LAMP, item, 0)])
    item["parts"].append(2)
    store.get([LAMP])[LAMP]["parts"].append(3)
    assert store.get([LAMP])[LAMP]["parts"] == [1]


def test_a_number_that_is_not_exact_is_refused(store: Store) -> None:
    with pytest.raises(TypeError):
        store.commit([put(LAMP, price=0.1)])


def test_more_keys_than_one_call_takes_are_found_and_asked_for_once(store: Store) -> None:
    keys = [(f"THING#{number}", "STATE") for number in range(230)]
    for start in range(0, len(keys), 100):
        store.commit([put(key, n=1) for key in keys[start : start + 100]])
    assert store.get([*(key for key in keys for _ in range(2)), CHAIR]).keys() == set(keys)


def test_nothing_asked_is_nothing_found(store: Store) -> None:
    assert store.get([]) == {}


def test_a_transaction_of_a_hundred_writes_is_taken(store: Store) -> None:
    keys = [(f"THING#{number}", "STATE") for number in range(100)]
    store.commit([put(key, n=1) for key in keys])
    assert len(store.get(keys)) == 100


# All or nothing

@pytest.mark.parametrize(("expected", "stored"), [(0, 1), (1, 0), (1, 2), (2, 1)])
def test_a_write_on_another_revision_than_the_stored_one_is_refused(store: Store, expected: int, stored: int) -> None:
    for revision in range(stored):
        store.commit([put(LAMP, revision, n=revision)])
    assert refused(store, put(LAMP, expected, n=9), put(CHAIR, n=1)) == {LAMP}
    assert refused(store, Write(LAMP, None, expected), put(CHAIR, n=1)) == {LAMP}
    assert refused(store, Write(LAMP, None, expected, check=True), put(CHAIR, n=1)) == {LAMP}


def test_every_key_that_was_not_as_expected_is_named_and_no_other(store: Store) -> None:
    store.commit([put(LAMP, n=1), put(CHAIR, n=1)])
    assert refused(store, put(LAMP, n=2), put(TABLE_ROW, n=2), put(CHAIR, 5, n=2)) == {LAMP, CHAIR}


def test_what_is_deleted_is_gone_and_can_be_made_anew(store: Store) -> None:
    store.commit([put(LAMP, n=1)])
    store.commit([Write(LAMP, None, 1), put(CHAIR, n=1)])
    assert store.get([LAMP, CHAIR]).keys() == {CHAIR}
    store.commit([put(LAMP, n=2)])
    assert store.get([LAMP])[LAMP] == {"n": 2, "rev": 1}


def test_deleting_what_is_not_there_is_nothing(store: Store) -> None:
    store.commit([Write(LAMP, None, 0), put(CHAIR, n=1)])
    assert store.get([LAMP, CHAIR]).keys() == {CHAIR}


def test_a_check_leaves_the_item_as_it_is(store: Store) -> None:
    store.commit([put(LAMP, n=1)])
    store.commit([Write(LAMP, None, 1, check=True), Write(CHAIR, None, 0, check=True), put(TABLE_ROW, n=1)])
    assert store.get([LAMP, CHAIR, TABLE_ROW]) == {LAMP: {"n": 1, "rev": 1}, TABLE_ROW: {"n": 1, "rev": 1}}


# Lists

def test_a_partition_is_listed_in_the_order_of_its_sort_keys(store: Store) -> None:
    rows(store, "V#2", "V#10", "LATEST", "V#1")
    store.commit([put(("OTHER", "V#1"), n=1)])
    assert sort_keys(store.query("LIST")) == ["LATEST", "V#1", "V#10", "V#2"]
    assert sort_keys(store.query("LIST", newest_first=True)) == ["V#2", "V#10", "V#1", "LATEST"]
    assert sort_keys(store.query("LIST", prefix="V#")) == ["V#1", "V#10", "V#2"]
    assert sort_keys(store.query("LIST", prefix="V#", newest_first=True, limit=2)) == ["V#2", "V#10"]
    assert store.query("NOBODY") == []


def test_a_list_goes_on_after_the_last_that_was_seen(store: Store) -> None:
    rows(store, "a", "b", "c", "d")
    assert sort_keys(store.query("LIST", limit=2)) == ["a", "b"]
    assert sort_keys(store.query("LIST", after="b", limit=1)) == ["c"]
    assert sort_keys(store.query("LIST", after="c")) == ["d"]
    assert sort_keys(store.query("LIST", after="d")) == []


def test_a_listed_item_has_its_keys_and_values(store: Store) -> None:
    store.commit([put(("LIST", "a"), n=Decimal("1.5"))])
    assert store.query("LIST") == [{"pk": "LIST", "sk": "a", "n": Decimal("1.5"), "rev": 1}]


def test_an_index_lists_the_items_that_stand_in_it(store: Store) -> None:
    store.commit([put(LAMP, queue_pk="WAITING", queue_sk="2"), put(CHAIR, queue_pk="WAITING", queue_sk="1")])
    store.commit([put(TABLE_ROW, queue_pk="DONE", queue_sk="1"), put(("THING#door", "STATE"), n=1)])
    listed = store.query("WAITING", index="queue")
    assert [(item["pk"], item["sk"], item["queue_sk"]) for item in listed] == [(*CHAIR, "1"), (*LAMP, "2")]
    assert [item["pk"] for item in store.query("WAITING", index="queue", after="1")] == [LAMP[0]]
    assert [item["pk"] for item in store.query("WAITING", index="queue", limit=1, newest_first=True)] == [LAMP[0]]


def test_an_item_leaves_the_index_with_its_attribute(store: Store) -> None:
    store.commit([put(LAMP, queue_pk="WAITING", queue_sk="1")])
    store.commit([put(LAMP, 1, n=1)])
    assert store.query("WAITING", index="queue") == []


def test_a_list_larger_than_one_answer_of_dynamodb_is_whole(store: Store) -> None:
    for number in range(5):
        store.commit([put(("LIST", f"{number}"), content=b"x" * 300_000)])
    assert sort_keys(store.query("LIST")) == ["0", "1", "2", "3", "4"]
    assert sort_keys(store.query("LIST", limit=4, newest_first=True)) == ["4", "3", "2", "1"]


# What only DynamoDB says

@pytest.fixture
def stubbed(forgetful: None) -> Iterator[Stubber]:
    with Stubber(aws.client("dynamodb")) as answers:
        yield answers
        answers.assert_no_pending_responses()


@pytest.mark.parametrize(
    "code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "ValidationError"],
)
def test_a_key_that_was_as_expected_is_not_refused_because_the_table_was_busy(stubbed: Stubber, code: str) -> None:
    """Who takes a busy table for a proof that the work is done loses the work."""
    _cancelled(stubbed, code, "ConditionalCheckFailed", "None")
    with pytest.raises(Refused) as refusal:
        DynamoStore(TABLE).commit([put(LAMP, n=1), put(CHAIR, n=1), put(TABLE_ROW, n=1)])
    assert refusal.value.keys == [CHAIR]


def test_a_busy_table_refuses_without_naming_a_key(stubbed: Stubber) -> None:
    _cancelled(stubbed, "TransactionConflict", "None")
    with pytest.raises(Refused) as refusal:
        DynamoStore(TABLE).commit([put(LAMP, n=1), put(CHAIR, n=1)])
    assert refusal.value.keys == []


def test_keys_that_were_not_read_for_lack_of_room_are_asked_for_again(stubbed: Stubber) -> None:
    raw = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in (LAMP, CHAIR)]
    left = {TABLE: {"Keys": [raw[1]], "ConsistentRead": True}}
    stubbed.add_response("batch_get_item", {"Responses": {TABLE: [raw[0]]}, "UnprocessedKeys": left})
    stubbed.add_response("batch_get_item", {"Responses": {TABLE: [raw[1]]}}, {"RequestItems": left})
    assert DynamoStore(TABLE).get([LAMP, CHAIR]) == {LAMP: {}, CHAIR: {}}


def test_a_transaction_that_dynamodb_does_not_understand_is_no_refusal(stubbed: Stubber) -> None:
    stubbed.add_client_error("transact_write_items", "ValidationException")
    with pytest.raises(ClientError):
        DynamoStore(TABLE).commit([put(LAMP, n=1)])


def _cancelled(stubbed: Stubber, *codes: str) -> None:
    stubbed.add_client_error(
        "transact_write_items", "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )


def _keys(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]
