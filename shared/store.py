"""Items by key, and conditional writes that all happen or none: DynamoDB behind two verbs."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from shared import aws
from shared.wire import from_wire, to_wire

Key = tuple[str, str]
Item = dict[str, Any]

MAX_WRITES = 100  # actions in one TransactWriteItems
_READS = 100  # keys in one BatchGetItem


def outbox_key(event_id: str) -> Key:
    """Where an event is on its way, and for some days after it has left."""
    return f"OUTBOX#{event_id}", "OUTBOX"


class Write(NamedTuple):
    """One action of a transaction: put ``item``, or delete it (None), if the stored revision is ``revision``.

    Revision 0 means that nothing is stored. ``check`` leaves the item as it is and only asks.
    """

    key: Key
    item: Item | None
    revision: int
    check: bool = False


class Refused(Exception):
    """The transaction was not done, because these keys were not as expected; no key where the table was busy."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__(f"{len(keys)} conditions failed")
        self.keys = keys


class Store(Protocol):
    def get(self, keys: Iterable[Key]) -> dict[Key, Item]: ...

    def commit(self, writes: Sequence[Write]) -> None: ...

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int = 1000, newest_first: bool = False,
        index: str = "",
    ) -> list[Item]: ...


class DynamoStore:
    """The table of one service. Reads by key are consistent; queries on an index are not.

    A function asks with the client of its process; whoever stands outside of it gives one.
    """

    def __init__(self, table: str, client: Any = None) -> None:
        self._table = table
        self._given = client

    @property
    def _client(self) -> Any:
        return self._given or aws.client("dynamodb")

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The stored items among these keys."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), _READS):
            found.update(self._get(wanted[start : start + _READS]))
        return found

    def _get(self, keys: list[Key]) -> dict[Key, Item]:
        pending: Any = {self._table: {"Keys": [_key(key) for key in keys], "ConsistentRead": True}}
        found = {}
        while pending:
            answer = self._client.batch_get_item(RequestItems=pending)
            for raw in answer["Responses"].get(self._table, []):
                item = from_wire(raw)
                found[item.pop("pk"), item.pop("sk")] = item
            pending = answer.get("UnprocessedKeys")
        return found

    def commit(self, writes: Sequence[Write]) -> None:
        """All of the writes or none; raises Refused with the keys that were not as expected."""
        client = self._client
        try:
            client.transact_write_items(TransactItems=[self._action(write) for write in writes])
        except client.exceptions.TransactionCanceledException as cancelled:
            reasons = cancelled.response["CancellationReasons"]
            failed = [w.key for w, r in zip(writes, reasons, strict=True) if r["Code"] == "ConditionalCheckFailed"]
            raise Refused(failed) from None

    def _action(self, write: Write) -> dict[str, Any]:
        action: dict[str, Any] = {"TableName": self._table, **_condition(write.revision)}
        if write.item is not None and not write.check:
            action["Item"] = {**to_wire(write.item), **_key(write.key), "rev": {"N": str(write.revision + 1)}}
            return {"Put": action}
        action["Key"] = _key(write.key)
        return {"ConditionCheck" if write.check else "Delete": action}

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int = 1000, newest_first: bool = False,
        index: str = "",
    ) -> list[Item]:
        """Items of one partition in the order of their sort key, ``pk`` and ``sk`` included."""
        request = {"TableName": self._table, "ScanIndexForward": not newest_first} | _range(pk, prefix, after, index)
        found: list[Item] = []
        while len(found) < limit:  # one answer holds at most 1 MB
            answer = self._client.query(**request, Limit=limit - len(found))
            found += [from_wire(raw) for raw in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found


def _range(pk: str, prefix: str, after: str, index: str) -> dict[str, Any]:
    names = (f"{index}_pk", f"{index}_sk") if index else ("pk", "sk")
    condition, values = "#pk = :pk", {":pk": {"S": pk}}
    if after:
        condition, values = condition + " AND #sk > :sk", values | {":sk": {"S": after}}
    elif prefix:
        condition, values = condition + " AND begins_with(#sk, :sk)", values | {":sk": {"S": prefix}}
    used = dict(zip(("#pk", "#sk"), names, strict=True)) if len(values) == 2 else {"#pk": names[0]}
    request = {
        "KeyConditionExpression": condition, "ExpressionAttributeNames": used, "ExpressionAttributeValues": values,
    }
    return request | ({"IndexName": index} if index else {"ConsistentRead": True})


def _condition(revision: int) -> dict[str, Any]:
    if not revision:
        return _NOTHING_STORED
    return {
        "ConditionExpression": "rev = :rev",
        "ExpressionAttributeValues": {":rev": {"N": str(revision)}},
    }


_NOTHING_STORED = {"ConditionExpression": "attribute_not_exists(pk)"}


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
