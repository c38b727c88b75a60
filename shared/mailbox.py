"""A service's queue as its function sees it: records of a batch become deliveries."""

import json
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from shared import aws
from shared.settings import settings

_LONGEST_WAIT = 300
_BACK_ALREADY = {"InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"}  # what SQS says of an old receipt
Record = dict[str, Any]


class Delivery(NamedTuple):
    """One message from the bus, not yet understood."""

    message_id: str
    receipt: str
    receives: int
    source: str
    detail_type: str
    detail: dict[str, Any]
    replay: str | None


class Unreadable(Exception):
    """The message is no event at all."""


class Foreign(Exception):
    """An event came from a source that may not say such a thing."""


def delivery(record: Record) -> Delivery:
    """The delivery in an SQS record; raises Unreadable where somebody put something else into the queue."""
    try:
        envelope = json.loads(record["body"])
        return Delivery(
            message_id=record["messageId"],
            receipt=record.get("receiptHandle", ""),
            receives=int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)),
            source=envelope["source"],
            detail_type=envelope["detail-type"],
            detail=envelope["detail"],
            replay=envelope.get("replay-name"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable from error


def postpone(record: Record) -> None:
    """Let a failed message come back after 3, 9, 27 ... seconds instead of the queue's long visibility timeout.

    All its tries together outlast what a message waits that another mailbox lost to a crash: this may build on that. One
    that is back in its queue already waits for nothing.
    """
    if settings().mailbox_url and record.get("receiptHandle"):
        try:
            _hide(record["receiptHandle"], int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)))
        except ClientError as error:
            if error.response["Error"]["Code"] not in _BACK_ALREADY:
                raise


def _hide(receipt: str, receives: int) -> None:
    aws.client("sqs").change_message_visibility(
        QueueUrl=settings().mailbox_url, ReceiptHandle=receipt, VisibilityTimeout=min(_LONGEST_WAIT, 3**receives),
    )
