"""What Lambda's pollers see: whether a queue has mail, and what is new in a stream.

They look into moto itself. Two thirds of all looks find nothing, and a call to AWS for each was a quarter of these tests' time.
"""

from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends


def has_mail(queue_url: str) -> bool:
    """Whether a message could be received at this moment."""
    _, _, host, account, name = queue_url.split("/")
    region = host.split(".")[1]
    return bool(sqs_backends[account][region].queues[name].messages)


def records(stream_arn: str, after: int) -> list[dict[str, Any]]:
    """What a stream was told after so many records."""
    _, _, _, region, account, path = stream_arn.split(":", 5)
    shard = dynamodb_backends[account][region].tables[path.split("/")[1]].stream_shard
    return [record.to_json() for record in shard.items[after:]]
