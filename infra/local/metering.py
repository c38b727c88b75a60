"""What the laptop's CloudWatch keeps, and what is measured there of queues and unread outboxes; of functions: invocations.py.

MiniStack measures no queues and no streams. It keeps every value of two weeks; here equal values of one minute are one, those
of earlier days are together by the hour, and an error that did not happen is left out.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ministack.services import cloudwatch, dynamodb, lambda_svc, sqs

from infra.monitoring.metrics import Dimensions, Sample

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_NEAR = 20  # values of a minute that are looked through for an equal one
FUNCTIONS = "AWS/Lambda"
Point = dict[str, Any]


def record(namespace: str, name: str, value: float, unit: str = "None", dimensions: dict[str, str] | None = None) -> None:
    """Keep a value of this minute."""
    if namespace == FUNCTIONS and not value:
        return  # no error, no throttle: hundreds a minute, of which no sum grows
    named = dimensions or {}
    points = cloudwatch._metric_bucket((namespace, name, cloudwatch._dims_key(named)))
    minute = int(time.time() // _MINUTE) * _MINUTE
    if not _added(points, minute, float(value)):
        points.append({"Timestamp": minute, "Value": float(value), "Count": 1.0, "Unit": unit, "Dimensions": named})
    if len(points) > 1 and points[-2]["Timestamp"] < minute - minute % _DAY <= minute < points[-1]["Timestamp"] + _MINUTE:
        points[:] = by_the_hour(points, minute - minute % _DAY)


def _added(points: list[Point], minute: int, value: float) -> bool:
    for point in points[: -_NEAR - 1 : -1]:
        if point["Timestamp"] < minute:
            return False
        if point["Value"] == value:
            point["Count"] += 1
            return True
    return False


def by_the_hour(points: Sequence[Point], today: int) -> list[Point]:
    """Equal values of an hour before today are one."""
    kept: dict[tuple[int, float], Point] = {}
    later = []
    for point in points:
        if point["Timestamp"] >= today:
            later.append(point)
        else:
            hour = int(point["Timestamp"] // _HOUR) * _HOUR
            together = kept.setdefault((hour, point["Value"]), point | {"Timestamp": hour, "Count": 0.0})
            together["Count"] += point.get("Count", 1.0)
    return [*kept.values(), *later]


def look() -> None:
    """Measure what nobody tells: messages in queues, and how long the oldest announcement waits in an outbox."""
    for name, waiting, age in _waiting():
        _gauge("AWS/SQS", "ApproximateNumberOfMessagesVisible", waiting, {"QueueName": name})
        _gauge("AWS/SQS", "ApproximateAgeOfOldestMessage", age, {"QueueName": name})
    for function, age in _unread():
        _gauge(FUNCTIONS, "IteratorAge", age, {"FunctionName": function})


def _gauge(namespace: str, name: str, value: float, dimensions: dict[str, str]) -> None:
    """Zero is told only after something else: most queues are empty for days."""
    points = cloudwatch._metric_bucket((namespace, name, cloudwatch._dims_key(dimensions)))
    if value or (points and points[-1]["Value"]):
        record(namespace, name, value, "None", dimensions)


def _waiting() -> Iterator[tuple[str, int, int]]:
    """Queue -> how many messages nobody handles now, and the seconds since the oldest of all was sent.

    In whole minutes, and above an hour in whole hours, so that a letter of two weeks is a few hundred values.
    """
    for queue in list(sqs._queues.values()):
        messages, now = queue["messages"], time.time()
        oldest = min((int(message["sys"]["SentTimestamp"]) for message in messages), default=now * 1000)
        age = int(now - oldest / 1000)
        waiting = sum(message.get("visible_at", 0) <= now for message in messages)
        yield queue["name"], waiting, age - age % (_HOUR if age > _HOUR else _MINUTE)


def _unread() -> Iterator[tuple[str, float]]:
    """Function -> milliseconds since what it is to read next was written."""
    for scope, mapping in list(lambda_svc._esms.all_items()):
        position = lambda_svc._dynamodb_stream_positions.get_scoped(*scope)
        table = mapping.get("EventSourceArn", "").partition(":table/")[2].partition("/")[0]
        if position is not None and table:
            account, region, _ = scope
            records = dynamodb._stream_records.get_scoped(account, region, table, [])
            place = position - dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
            written = records[place]["dynamodb"]["ApproximateCreationDateTime"] if place < len(records) else time.time()
            yield mapping["FunctionArn"].rpartition(":")[2], max(0.0, 1000 * (time.time() - written))


def known(named: tuple[str, str]) -> Mapping[Dimensions, Sequence[Sample]]:
    """The samples of a metric by its dimensions, in order of time."""
    found: defaultdict[Dimensions, list[Sample]] = defaultdict(list)
    for (namespace, name, _), points in list(cloudwatch._metrics.items()):
        if (namespace, name) == named:
            for point in points:
                if "Value" in point:
                    sample = Sample(point["Timestamp"], point["Value"], point.get("Count", 1.0))
                    found[frozenset(point["Dimensions"].items())].append(sample)
    return {dimensions: sorted(samples) for dimensions, samples in found.items()}
