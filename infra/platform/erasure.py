"""How the event log forgets a person: what was recorded is written anew, and what comes later is recorded so at once."""

import json
from collections.abc import Iterable
from typing import Any

from infra.platform.redaction import redacted, whose, without_person
from shared import aws, mailbox
from shared.events.upstream import CustomerErased
from shared.mailbox import Delivery
from shared.observe import Observer
from shared.settings import required, settings

_PASSES = 3  # seconds apart: an index lags, and a batch that was being written did not know of the erasure yet
_KEYS_PER_CALL = 100
Record = dict[str, Any]


def erased(customers: Iterable[str]) -> set[str]:
    """Those of the customers that are erased."""
    wanted = sorted(set(filter(None, customers)))
    found: set[str] = set()
    for start in range(0, len(wanted), _KEYS_PER_CALL):
        keys = [_tombstone(customer) for customer in wanted[start : start + _KEYS_PER_CALL]]
        pending: Any = {settings().table: {"Keys": keys, "ConsistentRead": True}}
        while pending:
            answer = aws.client("dynamodb").batch_get_item(RequestItems=pending)
            found |= {item["pk"]["S"].partition("#")[2] for item in answer["Responses"].get(settings().table, [])}
            pending = answer.get("UnprocessedKeys")
    return found


def erase_events(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    """Forget whoever is erased, in several passes: a message comes again until the last one is done."""
    observer = Observer("platform")
    again = [record for record in event["Records"] if not _done(record, observer)]
    for record in again:
        mailbox.postpone(record)
    observer.flush()
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in again]}


def _done(record: Record, observer: Observer) -> bool:
    try:
        delivery = mailbox.delivery(record)
        customer = CustomerErased.model_validate(delivery.detail).customer_id
        _forget(customer)
    except Exception as error:  # told by its kind: its message may hold what is to be forgotten
        observer.failure("erasure comes again", error, message_id=record["messageId"])
        return False
    observer.count("ErasurePasses")
    return delivery.receives >= _PASSES


def _forget(customer: str) -> None:
    """First that it is so, then all that the index names."""
    client = aws.client("dynamodb")
    client.put_item(TableName=settings().table, Item=_tombstone(customer))
    rows = [
        row for page in client.get_paginator("query").paginate(
            TableName=settings().table, IndexName="customer", KeyConditionExpression="customer_pk = :customer",
            ExpressionAttributeValues={":customer": {"S": customer}},
        ) for row in page["Items"]
    ]
    for key in dict.fromkeys(row["object"]["S"] for row in rows):
        _rewrite(key, customer)
    for row in rows:
        _redact(row)


def _rewrite(key: str, customer: str) -> None:
    """An object of the log, every event of this customer redacted and the others as they are."""
    place = {"Bucket": required("LOG_BUCKET"), "Key": key}
    before = aws.client("s3").get_object(**place)["Body"].read().decode()
    envelopes = [json.loads(line) for line in before.splitlines()]
    after = "".join(json.dumps(redacted(one) if whose(one) == customer else one) + "\n" for one in envelopes)
    if after != before:
        aws.client("s3").put_object(**place, Body=after.encode())


def _redact(row: dict[str, Any]) -> None:
    data = json.dumps(without_person(json.loads(row["data"]["S"])))
    if data != row["data"]["S"]:
        aws.client("dynamodb").put_item(TableName=settings().table, Item=row | {"data": {"S": data}})


def told_of(record: Record, gone: set[str]) -> tuple[Record, Delivery]:
    """A record as it is to be kept."""
    envelope = json.loads(record["body"])
    if whose(envelope) in gone:
        record = record | {"body": json.dumps(redacted(envelope))}
    return record, mailbox.delivery(record)


def _tombstone(customer: str) -> dict[str, Any]:
    """Stands for ever once this customer is erased."""
    return {"pk": {"S": f"CUSTOMER#{customer}"}, "sk": {"S": "ERASED"}}
