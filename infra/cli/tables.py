"""The table of a deployed service, seen from outside."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra.cli.session import Account
from shared.store import DynamoStore, Item, Key
from shared.wire import from_wire

_PARTS = ("AttributeDefinitions", "KeySchema")
_INDEX = ("IndexName", "KeySchema", "Projection")


def name_of(account: Account, service: str) -> str:
    """The name of a service's table, as its stack wrote it down."""
    name = f"/referral/{account.name}/{service}/table"
    return str(account.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])


def live(account: Account, service: str) -> DynamoStore:
    return DynamoStore(name_of(account, service), account.client("dynamodb"))


def rows(account: Account, service: str) -> Iterator[tuple[Key, Item]]:
    """Every row, in no order; what is written meanwhile may be among them or not."""
    return rows_of(account, name_of(account, service))


def rows_of(account: Account, table: str) -> Iterator[tuple[Key, Item]]:
    pages = account.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    for page in pages:
        for raw in page["Items"]:
            item = from_wire(raw)
            yield (item.pop("pk"), item.pop("sk")), item


def outbox(account: Account, service: str, until: int) -> Iterator[Item]:
    """What a service announced and will forget before this moment (seconds since 1970)."""
    pages = account.client("dynamodb").get_paginator("scan").paginate(
        TableName=name_of(account, service), FilterExpression="sk = :outbox AND expires_at < :until",
        ExpressionAttributeValues={":outbox": {"S": "OUTBOX"}, ":until": {"N": str(until)}},
    )
    return (from_wire(raw) for page in pages for raw in page["Items"])


def recorded(account: Account, keys: Iterable[Key]) -> set[Key]:
    """Those of the keys under which the event log has something."""
    return set(DynamoStore(account.event_log, account.client("dynamodb")).get(keys))


def shape(account: Account, service: str) -> dict[str, Any]:
    """Keys and indexes, as another table like it wants them."""
    known = account.client("dynamodb").describe_table(TableName=name_of(account, service))["Table"]
    made = {part: known[part] for part in _PARTS}
    indexes = [{part: index[part] for part in _INDEX} for index in known.get("GlobalSecondaryIndexes", [])]
    return made | ({"GlobalSecondaryIndexes": indexes} if indexes else {})
