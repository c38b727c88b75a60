"""What is kept of an address says nothing to whoever does not know the account's secret."""

import hashlib

import pytest
from botocore.stub import Stubber

from services.orchestrator import table
from services.orchestrator.seal import seal
from shared import aws
from tests.unit.orchestrator.story import House, opted_out

ADDRESS = "dana@example.com"


@pytest.fixture
def another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDING_SECRET", "another")


def test_a_suppressed_address_is_kept_as_a_hash_that_nobody_else_can_make() -> None:
    house = House()
    house.room.given(opted_out(email=ADDRESS))
    [address] = [pk for pk, sk in house.store.items if pk.startswith("ADDRESS#")]
    assert hashlib.sha256(ADDRESS.encode()).hexdigest() not in address
    assert address == table.suppressions("c-1", ADDRESS.upper())[1][0]


def test_another_account_makes_another_hash_of_the_same_address(another_account: None) -> None:
    with Stubber(aws.client("secretsmanager")) as kept:
        kept.add_response("get_secret_value", {"SecretString": "agreed elsewhere"}, {"SecretId": "another"})
        there = [seal("suppression", ADDRESS) for _ in range(2)]
        kept.assert_no_pending_responses()
    assert there[0] == there[1] != seal_here()


def test_each_purpose_makes_something_else_of_a_text() -> None:
    assert seal("suppression", ADDRESS) != seal("unsubscribe", ADDRESS)


def seal_here() -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENDING_SECRET", "sending")
        return seal("suppression", ADDRESS)
