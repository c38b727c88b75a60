"""Streams on the laptop are read side by side, each in order; what every reader has read is let go."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core.concurrency import esm_wake
from ministack.services import dynamodb, lambda_svc

from infra.local import streams

WAIT = 10  # seconds at most, for what comes within milliseconds


def arn(table: str) -> str:
    return f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}/stream/now"


@pytest.fixture(autouse=True)
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for service in (dynamodb, lambda_svc):
        service.reset()
    monkeypatch.setattr(lambda_svc, "_iter_all_esms", streams.mappings)
    yield
    for service in (dynamodb, lambda_svc):
        service.reset()


def reader(table: str, position: int = 0, name: str = "") -> None:
    """A function that reads a table's stream from there on."""
    name = name or f"relay-{table}"
    dynamodb._tables[table] = {"LatestStreamArn": arn(table)}
    lambda_svc._functions[name] = {"config": {"FunctionName": name}, "versions": {}}
    lambda_svc._esms[name] = {"UUID": name, "EventSourceArn": arn(table), "FunctionName": name, "BatchSize": 2}
    lambda_svc._dynamodb_stream_positions[name] = position


def write(table: str, *numbers: int) -> None:
    dynamodb._stream_records.setdefault(table, []).extend({"n": number} for number in numbers)


class Functions:
    """Stands in for all functions: keeps what each was given; they begin when so many are there, and one may fail."""

    def __init__(self, together: int = 1, fails: str = "") -> None:
        self.given: dict[str, list[int]] = {}
        self.fails, self.begin = fails, threading.Barrier(together)

    def __call__(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        name = function["config"]["FunctionName"]
        self.begin.wait(WAIT)
        self.given.setdefault(name, []).extend(record["n"] for record in event["Records"])
        return {"error": True} if name == self.fails else {"body": None}


def run(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """What each function was given until all readers ended."""
    monkeypatch.setattr(lambda_svc, "_execute_function", functions)
    before = set(threading.enumerate())
    assert not streams.poll()
    for thread in set(threading.enumerate()) - before:
        thread.join(WAIT)
    return functions.given


def test_a_stream_does_not_wait_for_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("features", "prep"):
        reader(table)
        write(table, 1, 2, 3)
    given = run(Functions(together=2), monkeypatch)
    assert given == {"relay-features": [1, 2, 3], "relay-prep": [1, 2, 3]}
    assert esm_wake.is_set()  # the poller looks again, for something may have been written at the last moment


def test_a_stream_that_is_being_read_gets_no_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    reader("prep")
    write("prep", 1)
    functions = Functions(together=2)
    monkeypatch.setattr(lambda_svc, "_execute_function", functions)
    streams.poll()
    assert run(functions, monkeypatch) == {}
    functions.begin.wait(WAIT)
    for thread in threading.enumerate():
        if thread.name == "stream-reader":
            thread.join(WAIT)
    assert functions.given == {"relay-prep": [1]}


def test_what_a_function_refused_stays_and_is_not_offered_at_once_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader("broken")
    write("broken", 1, 2, 3)
    functions = Functions(fails="relay-broken")
    assert run(functions, monkeypatch) == run(functions, monkeypatch) == {"relay-broken": [1, 2]}
    assert list(streams.positions("broken")) == [0]


def test_a_mapping_that_is_switched_off_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reader("off")
    lambda_svc._esms["relay-off"]["Enabled"] = False
    write("off", 1)
    assert run(Functions(), monkeypatch) == {}


def test_what_every_reader_has_read_is_let_go_and_what_one_has_not_stays() -> None:
    write("shared", *range(3_000))
    reader("shared", 2_500)
    reader("shared", 2_000, name="other")
    streams.let_go(("000000000000", "us-east-1", "shared"))
    assert len(dynamodb._stream_records["shared"]) == 1_000
    assert [dynamodb.stream_records_since("shared", since, 1)[0]["n"] for since in (2_000, 2_500)] == [2_000, 2_500]
    write("shared", 3_000)
    assert dynamodb.stream_records_since("shared", 3_000, 2) == [{"n": 3_000}]


def test_a_stream_that_nobody_reads_is_kept() -> None:
    write("alone", *range(3_000))
    streams.let_go(("000000000000", "us-east-1", "alone"))
    assert len(dynamodb._stream_records["alone"]) == 3_000
