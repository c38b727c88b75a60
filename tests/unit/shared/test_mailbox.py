"""What stands in a queue is an event, or it is unreadable; nothing else happens."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import aws
from shared.mailbox import Delivery, Unreadable, delivery, postpone

QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/mailbox"
TRIES = 6  # infra/service/mailbox.yaml: the last of them leads to the dead letters
LONGEST_FOLD = 90  # seconds that a fold's message waits after its function was killed: its queue's visibility timeout
ENVELOPE = {"source": "upstream.crm", "detail-type": "ServiceCompleted", "detail": {"n": 1}}
Asked = list[dict[str, Any]]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12,
)


def record(body: Any, **more: Any) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": "m-1", "receiptHandle": "r-1", "body": text, **more}


def failed(receives: int, receipt: str = "r-1") -> dict[str, Any]:
    return record(ENVELOPE, receiptHandle=receipt, attributes={"ApproximateReceiveCount": str(receives)})


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, forgetful: None) -> Stubber:
    monkeypatch.setenv("MAILBOX_URL", QUEUE)
    return Stubber(aws.client("sqs"))


@pytest.fixture
def asked(forgetful: None) -> Asked:
    """What the queue was asked, call by call."""
    calls: Asked = []
    aws.client("sqs").meta.events.register("before-parameter-build", lambda params, **_: calls.append(dict(params)))
    return calls


def test_a_message_of_the_bus_becomes_a_delivery() -> None:
    read = delivery(record(ENVELOPE | {"replay-name": "again"}, attributes={"ApproximateReceiveCount": "3"}))
    assert read == Delivery("m-1", "r-1", 3, "upstream.crm", "ServiceCompleted", {"n": 1}, "again")


def test_what_a_message_does_not_say_is_as_for_a_first_live_delivery() -> None:
    read = delivery({"messageId": "m-1", "body": json.dumps(ENVELOPE)})
    assert (read.receipt, read.receives, read.replay) == ("", 1, None)


@pytest.mark.parametrize("body", [
    "", "no json", "[]", "null", "7", '"text"', "{}", '{"source": "a", "detail-type": "b"}', "\x00", "[" * 100_000,
    '{"source": "a", "detail-type": "b", "detail": ' + "[" * 100_000 + "]" * 100_000 + "}",
], ids=lambda body: body[:12])
def test_what_is_no_event_is_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        delivery(record(body))


@settings(max_examples=150, deadline=None)
@given(st.text() | (JSON | st.dictionaries(st.sampled_from([*ENVELOPE, "replay-name"]), JSON)).map(json.dumps))
def test_any_text_is_a_delivery_or_unreadable(body: str) -> None:
    try:
        read = delivery(record(body))
    except Unreadable:
        return
    assert {"source", "detail-type", "detail"} <= json.loads(body).keys()
    assert read.message_id == "m-1"


@pytest.mark.parametrize(("receives", "seconds"), [(1, 3), (2, 9), (5, 243), (6, 300), (500, 300)])
def test_a_failed_message_comes_back_after_a_pause_that_grows(queue: Stubber, receives: int, seconds: int) -> None:
    wanted = {"QueueUrl": QUEUE, "ReceiptHandle": "r-1", "VisibilityTimeout": seconds}
    queue.add_response("change_message_visibility", {}, wanted)
    with queue:
        postpone(failed(receives))
    queue.assert_no_pending_responses()


def test_all_tries_together_outlast_what_another_mailbox_lost_to_a_crash(queue: Stubber, asked: Asked) -> None:
    with queue:
        for receives in range(1, TRIES):
            queue.add_response("change_message_visibility", {})
            postpone(failed(receives))
    assert sum(call["VisibilityTimeout"] for call in asked) > LONGEST_FOLD


@pytest.mark.parametrize("code", ["InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"])
def test_a_message_that_is_back_already_is_left_to_its_queue(queue: Stubber, code: str) -> None:
    queue.add_client_error("change_message_visibility", code)
    with queue:
        postpone(failed(1))
    queue.assert_no_pending_responses()


def test_what_else_goes_wrong_is_an_error(queue: Stubber) -> None:
    queue.add_client_error("change_message_visibility", "AccessDenied")
    with queue, pytest.raises(ClientError):
        postpone(failed(1))


def test_a_message_without_receipt_is_left_to_its_queue(queue: Stubber, asked: Asked) -> None:
    queue.add_response("change_message_visibility", {})
    with queue:
        postpone(failed(1, receipt=""))
    assert asked == []


def test_a_function_without_mailbox_postpones_nothing(asked: Asked) -> None:
    with Stubber(aws.client("sqs")) as queue:
        queue.add_response("change_message_visibility", {})
        postpone(failed(1))
    assert asked == []
