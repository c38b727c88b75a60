"""Rows of the outbox reach the bus, or a place where somebody finds them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from shared import aws
from shared.bus import Entry, Unavailable
from shared.relay import handler
from shared.settings import settings

UNDELIVERABLE = "https://sqs.eu-west-1.amazonaws.com/123456789012/undeliverable"


def row(name: str, detail: str = '{"data": {}}') -> dict[str, Any]:
    """An outbox row as the table's stream says that it appeared."""
    image = {"source": "referral.test", "detail_type": name, "detail": detail, "expires_at": "1"}
    return {"eventName": "INSERT", "dynamodb": {"NewImage": {key: {"S": value} for key, value in image.items()}}}


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch, forgetful: None) -> None:
    monkeypatch.setenv("BUS_NAME", "referral-test")
    monkeypatch.setenv("UNDELIVERABLE_URL", UNDELIVERABLE)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "relay-test")
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)


@pytest.fixture
def queue(deployed: None) -> Iterator[Stubber]:
    with Stubber(aws.client("sqs")) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def test_every_row_becomes_the_entry_that_it_stands_for() -> None:
    put: list[Entry] = []
    handler({"Records": [row("A", '{"n": 1}'), row("B")]}, put=lambda entries: put.extend(entries) or [])
    assert put == [
        {"EventBusName": "referral-test", "Source": "referral.test", "DetailType": "A", "Detail": '{"n": 1}'},
        {"EventBusName": "referral-test", "Source": "referral.test", "DetailType": "B", "Detail": '{"data": {}}'},
    ]


def test_the_trace_goes_on_over_the_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[Entry] = []
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    handler({"Records": [row("A")]}, put=lambda entries: put.extend(entries) or [])
    assert put[0]["TraceHeader"] == "Root=1-2-3"


def test_what_the_bus_will_never_take_is_parked_with_its_reason(queue: Stubber) -> None:
    refused = {"EventBusName": settings().bus, "Source": "referral.test", "DetailType": "B", "Detail": '{"data": {}}'}
    body = json.dumps({"reason": "MalformedDetail", "entry": refused})
    queue.add_response("send_message", {"MessageId": "m"}, {"QueueUrl": UNDELIVERABLE, "MessageBody": body})
    handler({"Records": [row("A"), row("B")]}, put=lambda entries: [(entries[1], "MalformedDetail")])
    queue.assert_no_pending_responses()


def test_a_bus_that_is_away_makes_the_stream_deliver_the_batch_again() -> None:
    def away(entries: list[Entry]) -> list[Any]:
        raise Unavailable

    with pytest.raises(Unavailable):
        handler({"Records": [row("A")]}, put=away)


def test_what_can_not_even_be_parked_makes_the_stream_deliver_the_batch_again(queue: Stubber) -> None:
    queue.add_client_error("send_message", "AccessDenied", http_status_code=403)
    with pytest.raises(aws.client("sqs").exceptions.ClientError):
        handler({"Records": [row("A")]}, put=lambda entries: [(entries[0], "MalformedDetail")])


def test_the_log_names_what_was_parked_and_says_nothing_of_what_it_says(
    queue: Stubber, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "relay-seen")  # a logger keeps the output that it was made with
    queue.add_response("send_message", {"MessageId": "m"})
    personal = row("B", '{"data": {"email": "canary@example.com"}}')
    handler({"Records": [personal]}, put=lambda entries: [(entries[0], "MalformedDetail")])
    said = capsys.readouterr()
    assert '"detail_type":"B"' in said.out
    assert "canary" not in said.out + said.err
