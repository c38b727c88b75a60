"""What services call for one event of each kind: a few jobs on their way from the bus to a mail, one event at a time.

What a process asks once and remembers is left out: a function that is warm does not ask again.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from tests.harness import cloud as clouds
from tests.harness.cloud import Call, Cloud, Run
from tests.harness.facts import survey
from tests.harness.outside import Library
from tests.harness.templates import BASE, services
from tests.integration.colleagues import retrieving
from tests.integration.story import decide, drafts, feedback, jobs, production, sender, writing

ONCE = {"GetSecretValue", "GetParameter"}  # asked once by a process
_KILOBYTE, _TRANSACTION = 1024, 2
_DAY, _SHARD = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"(?<=#)\d\d$")
_INDEXES = ("queue_pk", "recent_pk")
Wire = dict[str, Any]


@dataclass(frozen=True)
class Handled:
    """What one function does for one event of a kind, or for one request of a person.

    Units are DynamoDB's request units: a write in a transaction counts twice, one into an index once more.
    """

    function: str
    kind: str
    times: int  # in four jobs: two mails are approved, one is rejected, one customer wants none
    calls: dict[str, int]
    write_units: int
    read_units: int
    bytes_written: int
    bytes_put: int  # as objects into a bucket, or as events onto the bus
    common: list[str]  # rows that another referral's event of this kind writes, or asks for in a transaction, as well


def journey() -> list[Handled]:
    """Everything that is handled on the way of four jobs, each of another customer, and of a survey answer."""
    with clouds.cloud() as house, retrieving(Library()):
        house.deploy(*BASE, *services())
        production(house, retrieval={"examples": 2})
        sender(house)
        house.settle()
        house.runs.clear()
        for name, known in house.deployed.functions.items():
            house.deployed.functions[name] = replace(known, batch=1)
        _travel(house)
        return _handled(house.runs)


def _travel(house: Cloud) -> None:
    for name in ("1", "2", "3"):
        jobs(house, f"j-{name}", customer__customer_id=f"c-{name}", customer__email=f"c-{name}@example.com")
    jobs(house, "j-4", customer__customer_id="c-4", customer__marketing_consent=False)
    house.put("SatisfactionReported", survey("j-1", customer="c-1").model_dump(mode="json"))
    with writing(3):
        house.settle()
    *good, bad = drafts(house)
    for line in (*good, bad):
        path = f"/drafts/{line['referral_id']}"
        house.call("review_api", "GET", path)
        house.call("review_api", "POST", f"{path}/open", {"reviewer": "r-1"})
    for line in good:
        decide(house, "approve", line)
    decide(house, "reject", bad, reason="wrong_tone")
    house.settle()
    for line in drafts(house, "sent"):
        feedback(house, "Email Delivered", "delivery", line)
    house.settle()


def _handled(runs: Sequence[Run]) -> list[Handled]:
    """One for each function and kind; what runs of a kind differ in is said by the one that called most."""
    found: defaultdict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in runs:
        for kind in _kinds(run):
            found[run.function, kind].append(run)
    return [_one(function, kind, some) for (function, kind), some in sorted(found.items())]


def _one(function: str, kind: str, runs: list[Run]) -> Handled:
    calls = max((_asked(run) for run in runs), key=len)
    units = [_write_units(call) for call in calls]
    counted = Counter(f"{call.service}.{call.operation}" for call in calls)
    return Handled(
        function, kind, len(runs), dict(sorted(counted.items())), sum(units), sum(map(_read_units, calls)),
        sum(_bytes(item) for call in calls for item, _ in _items(call)), sum(map(_put, calls)), _common(runs),
    )


def _common(runs: list[Run]) -> list[str]:
    """Rows that more than one run wrote, without the day and the number of a shard."""
    written = [{_SHARD.sub("SHARD", place) for call in run.calls for place in _places(call)} for run in runs]
    counted = Counter(place for places in written for place in places)
    return sorted({_DAY.sub("TODAY", place) for place, times in counted.items() if times > 1})


def _asked(run: Run) -> list[Call]:
    return [call for call in run.calls if call.operation not in ONCE]


def _kinds(run: Run) -> Iterator[str]:
    """The detail-types of what a mailbox or a stream handed over, or the route that was asked for."""
    if "requestContext" in run.said:
        _, things, *rest = run.said["rawPath"].split("/")
        method = run.said["requestContext"]["http"]["method"]
        yield "/".join([f"{method} ", things, *(["ID", *rest[1:]] if rest else [])])
    for record in run.said.get("Records", []):
        yield json.loads(record["body"])["detail-type"] if "body" in record else "rows of an outbox"


def _written(call: Call) -> Iterator[tuple[str, Wire, int]]:
    """What a call writes: table, row or its key, and how often a unit of it counts."""
    asked = call.parameters
    for action in asked.get("TransactItems", []):
        [told] = action.values()
        yield told["TableName"], told.get("Item") or told["Key"], _TRANSACTION
    if call.operation == "BatchWriteItem":
        for table, requests in asked["RequestItems"].items():
            yield from ((table, request["PutRequest"]["Item"], 1) for request in requests)
    if call.operation in ("PutItem", "UpdateItem"):
        yield asked["TableName"], asked.get("Item") or asked["Key"], 1


def _items(call: Call) -> Iterator[tuple[Wire, int]]:
    return ((item, weight) for _, item, weight in _written(call))


def _places(call: Call) -> Iterator[str]:
    for table, item, _ in _written(call):
        yield f"{table.split('-')[-1]} {item['pk']['S']} {item['sk']['S']}"


def _write_units(call: Call) -> int:
    return sum(_kilobytes(item) * (weight + sum(name in item for name in _INDEXES)) for item, weight in _items(call))


def _kilobytes(item: Wire) -> int:
    return ceil(_bytes(item) / _KILOBYTE)


def _read_units(call: Call) -> int:
    """Strongly consistent reads of items below 4 KB; a query reads one."""
    if call.operation == "BatchGetItem":
        return sum(len(asked["Keys"]) for asked in call.parameters["RequestItems"].values())
    return int(call.operation in ("GetItem", "Query"))


def _put(call: Call) -> int:
    body = call.parameters.get("Body", b"")
    size = len(body) if isinstance(body, bytes) else body.getbuffer().nbytes
    return size + sum(len(entry["Detail"].encode()) for entry in call.parameters.get("Entries", []))


def _bytes(item: Wire) -> int:
    """About what DynamoDB counts: names and values."""
    return sum(len(name) + len(json.dumps(value)) - len('{"S": ""}') for name, value in item.items())
