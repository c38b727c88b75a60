"""`referral events put`: facts go as an upstream system says them, and only those."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.accounts import ROOT
from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.unit.cli.laptop import Bus, laptop, referral, told


def fact(detail: Any = None, source: str = "upstream.crm", kind: str = "ServiceCompleted") -> dict[str, Any]:
    return {"source": source, "detail-type": kind, "detail": job_detail("s-1") if detail is None else detail}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.json"


def test_an_event_is_put_and_its_story_named(file: Path) -> None:
    file.write_text(json.dumps(fact()))
    bus = Bus()
    done = told("events", "put", str(file), account=laptop(bus))
    assert done["put"] == 1
    assert done["events"][0]["correlation_id"] == referral_id("s-1")
    [[entry]] = bus.calls
    assert entry["EventBusName"] == "referral-local"
    assert (entry["Source"], entry["DetailType"]) == ("upstream.crm", "ServiceCompleted")
    assert json.loads(entry["Detail"]) == job_detail("s-1")


def test_a_line_is_an_event_too_and_stdin_a_file() -> None:
    bus = Bus()
    lines = "\n".join(json.dumps(fact(job_detail(f"s-{n}"))) for n in range(12))
    assert told("events", "put", "-", account=laptop(bus), input=lines)["put"] == 12
    assert [len(call) for call in bus.calls] == [10, 2]


def test_each_call_speaks_for_one_source(file: Path) -> None:
    file.write_text(json.dumps([fact(source="upstream.crm"), fact(source="upstream.crm"), fact(source="upstream.erp")]))
    bus = Bus()
    told("events", "put", str(file), account=laptop(bus))
    assert [[entry["Source"] for entry in call] for call in bus.calls] == [["upstream.crm"] * 2, ["upstream.erp"]]


@pytest.mark.parametrize("source", ["referral.features", "upstream.", "aws.s3", ""])
def test_a_source_that_is_not_upstream_is_refused_even_by_force(file: Path, source: str) -> None:
    file.write_text(json.dumps(fact(source=source)))
    bus = Bus()
    done = referral("events", "put", str(file), "--force", account=laptop(bus))
    assert (done.exit_code, bus.calls) == (1, [])
    assert f"its source is {source!r}: an upstream system may only speak as itself" in done.stderr


def test_what_breaks_the_contract_is_told_all_at_once_and_nothing_is_put(file: Path) -> None:
    lines = [fact(), fact(job_detail("s 2", satisfaction=7)), fact(kind="ServiceDone")]
    file.write_text("\n".join(json.dumps(line) for line in lines))
    bus = Bus()
    done = referral("events", "put", str(file), account=laptop(bus))
    assert (done.exit_code, done.stdout, bus.calls) == (1, "", [])
    for problem in ("line 2: service_id:", "line 2: satisfaction:", "line 3: nobody knows the detail-type"):
        assert problem in done.stderr


def test_what_breaks_the_contract_can_be_put_on_purpose(file: Path) -> None:
    file.write_text(json.dumps(fact({"service_id": "s-1"})))
    bus = Bus()
    done = told("events", "put", str(file), "--force", account=laptop(bus))
    assert bus.details == [{"service_id": "s-1"}]
    assert "correlation_id" not in done["events"][0]


@pytest.mark.parametrize("text, sentence", [
    ("no json", "Line 1 is no JSON"),
    ('{"source": "upstream.crm"}', "does not have the form"),
    ("[1]", "does not have the form"),
    ("", "There is no event"),
    ("[" * 100_000, "Line 1 is no JSON"),
])
def test_what_is_no_event_is_refused(file: Path, text: str, sentence: str) -> None:
    file.write_text(text)
    done = referral("events", "put", str(file), account=laptop())
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_file_of_an_editor_that_marks_its_bytes_is_read(file: Path) -> None:
    file.write_text(json.dumps(fact()), encoding="utf-8-sig")
    assert told("events", "put", str(file), account=laptop())["put"] == 1


def test_an_event_that_no_bus_takes_is_refused_even_by_force(file: Path) -> None:
    file.write_text(json.dumps(fact(job_detail("s-1", service={"type": "roof repair", "notes": "n" * 1_000_000}))))
    done = referral("events", "put", str(file), "--force", account=laptop())
    assert done.exit_code == 1
    assert "the bus takes at most 900000: shorten its text" in done.stderr


def test_half_a_character_is_put_as_it_was_said(file: Path) -> None:
    file.write_text(json.dumps(fact(job_detail("s-1", service={"type": "roof repair", "notes": "\ud83d"}))))
    bus = Bus()
    told("events", "put", str(file), account=laptop(bus))
    assert bus.details[0]["service"]["notes"] == "\ud83d"


def test_a_property_that_is_no_single_value_is_one_problem(file: Path) -> None:
    file.write_text(json.dumps(fact(job_detail("s-1", property={"garden": {"size": 3}}))))
    done = referral("events", "put", str(file), account=laptop())
    assert done.stderr.count("property.garden: It should be text, a number, true or false") == 1
    assert "constrained" not in done.stderr


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in referral("events", "put", str(file), account=laptop()).stderr


def test_an_event_that_the_bus_refuses_is_a_problem(file: Path) -> None:
    file.write_text(json.dumps(fact()))
    done = referral("events", "put", str(file), account=laptop(Bus(lambda entry: "NotAuthorizedForSourceException")))
    assert "The bus refuses 1 of 1 events: NotAuthorizedForSourceException." in done.stderr


@pytest.mark.parametrize("name, broken", [("service-completed.json", 0), ("afterwards.ndjson", 0), ("broken.json", 1)])
def test_the_example_events_are_what_they_claim(name: str, broken: int) -> None:
    path = str(ROOT / "examples" / "events" / name)
    assert referral("events", "put", path, account=laptop()).exit_code == broken
    assert referral("events", "put", path, "--force", account=laptop()).exit_code == 0
