"""A laptop's AWS that was killed is what it was at its last checkpoint, and hears again what was said after it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local import checkpoint
from infra.local.journal import Journal
from infra.local.survival import Survival, come_again

HEARD: list[Any] = []


@pytest.fixture(autouse=True)
def silence() -> None:
    HEARD.clear()


def put(said: dict[str, Any], **_: Any) -> tuple[int, dict[str, str], bytes]:
    """A bus that refuses an entry without a source."""
    HEARD.append([entry.get("Source") for entry in said["Entries"]])
    results = [{"EventId": "e"} if entry.get("Source") else {"ErrorCode": "InvalidArgument"} for entry in said["Entries"]]
    return 200, {}, json.dumps({"Entries": results}).encode()


def said(*sources: str) -> dict[str, Any]:
    return {"Entries": [{"Source": source, "Detail": "{}"} for source in sources]}


def again(folder: Path) -> list[list[str]]:
    return [[entry["Source"] for entry in entries] for entries in Journal(folder).since_checkpoint()]


def test_a_state_is_what_it_was(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, 1, {"sqs": lambda: {"queues": [1, b"\xff"]}, "s3": dict, "nothing": lambda: None})
    assert checkpoint.read(tmp_path) == {"sqs": {"queues": [1, b"\xff"]}, "s3": {}}


def test_half_a_checkpoint_is_none(tmp_path: Path) -> None:
    checkpoint.write(tmp_path, 1, {"sqs": lambda: "whole"})
    with pytest.raises(ZeroDivisionError):
        checkpoint.write(tmp_path, 2, {"sqs": lambda: "half", "s3": lambda: 1 / 0})
    assert checkpoint.read(tmp_path) == {"sqs": "whole"}


def test_a_checkpoint_takes_the_place_of_what_came_before(tmp_path: Path) -> None:
    for number in (1, 2):
        checkpoint.write(tmp_path, number, {"sqs": lambda number=number: number})
    assert [path.name for path in tmp_path.iterdir()] == ["2.checkpoint"]


def test_what_upstream_said_after_a_checkpoint_is_said_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    bus = journal.noted(put)
    bus(said("upstream.before"))
    number = journal.turn_over()
    bus(said("upstream.during"))
    assert again(tmp_path) == [["upstream.before"], ["upstream.during"]]
    checkpoint.write(tmp_path, number, {})
    bus(said("upstream.after"))
    assert again(tmp_path) == [["upstream.during"], ["upstream.after"]]


def test_only_what_was_accepted_from_upstream_is_said_again(tmp_path: Path) -> None:
    Journal(tmp_path).noted(put)(said("upstream.crm", "", "referral.features"))
    assert again(tmp_path) == [["upstream.crm"]]


def test_a_line_that_the_hard_stop_cut_was_not_accepted(tmp_path: Path) -> None:
    Journal(tmp_path).noted(put)(said("upstream.crm"))
    with (tmp_path / "0.journal").open("a") as file:
        file.write('[{"Source": "upstream.')
    assert again(tmp_path) == [["upstream.crm"]]


def test_after_a_hard_stop_the_state_comes_first_and_then_what_was_said(tmp_path: Path) -> None:
    first = Survival(tmp_path)
    first.save({"sqs": lambda: "queues"})
    first.journal.noted(put)(said("upstream.crm"))
    HEARD.clear()

    second = Survival(tmp_path)
    load = second.loading(lambda service: "of an older program")
    second.restoring(lambda: HEARD.append((load("sqs"), load("s3"))), put)()
    assert HEARD == [("queues", None), ["upstream.crm"]]


def test_what_was_said_again_survives_another_hard_stop(tmp_path: Path) -> None:
    Journal(tmp_path).noted(put)(said("upstream.crm"))
    Survival(tmp_path).restoring(lambda: None, put)()
    assert again(tmp_path) == [["upstream.crm"]]


def test_what_an_older_program_saved_is_loaded_once_more(tmp_path: Path) -> None:
    assert Survival(tmp_path).loading(lambda service: f"older {service}")("sqs") == "older sqs"


def test_what_was_being_handled_when_everything_ended_is_handled_at_once(tmp_path: Path) -> None:
    """And what was put to be read later still is."""
    received, delayed, waiting = ({"receive_count": n, "visible_at": at} for n, at in ((1, 180.0), (0, 130.0), (2, 90.0)))
    come_again([{"messages": [received, delayed]}, {"messages": [waiting]}], now=100.0)
    assert [message["visible_at"] for message in (received, delayed, waiting)] == [100.0, 130.0, 90.0]
