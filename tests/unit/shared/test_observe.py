"""A log can't hold a person: there is no way in for what somebody typed."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.observe import LOGGABLE, NotLoggable, Observer

CANARY = "canary@example.com"
_services = count(1)
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def observer() -> Observer:
    return Observer(f"observed-{next(_services)}")  # a logger keeps the output that it was made with


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def failed(message: str) -> Exception:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_an_id_is_logged_with_the_service_that_said_it(observer: Observer, lines: Lines) -> None:
    observer.info("handled", event_id="e-1")
    observer.warn("strange", reason="MalformedDetail")
    said = lines()
    assert [(line["level"], line["message"], line["service"]) for line in said] == [
        ("INFO", "handled", observer.service), ("WARNING", "strange", observer.service),
    ]
    assert (said[0]["event_id"], said[1]["reason"]) == ("e-1", "MalformedDetail")


@pytest.mark.parametrize("field", ["email", "name", "customer", "detail", "body", "notes", "subject", "message_body"])
def test_a_field_that_could_hold_a_person_is_refused_everywhere(observer: Observer, lines: Lines, field: str) -> None:
    for say in (observer.info, observer.warn, lambda text, **fields: observer.failure(text, failed(CANARY), **fields)):
        with pytest.raises(NotLoggable, match=field):
            say("said", **{field: CANARY})
    assert lines() == []


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=20).filter(lambda name: name not in LOGGABLE))
def test_no_name_outside_the_list_is_logged(name: str) -> None:
    with pytest.raises(NotLoggable):
        Observer("never").info("said", **{name: CANARY})


def test_an_error_is_logged_by_its_type_and_place_never_by_what_it_says(observer: Observer, lines: Lines) -> None:
    observer.failure("comes again", failed(f"no such address: {CANARY}"), event_id="e-1")
    [line] = lines()
    assert CANARY not in json.dumps(line)
    assert (line["level"], line["error"], line["event_id"]) == ("ERROR", "ValueError", "e-1")
    assert line["place"].startswith("test_observe.py:")


def test_an_error_inside_an_error_is_not_logged_either(observer: Observer, lines: Lines) -> None:
    try:
        raise RuntimeError(CANARY) from failed(CANARY)
    except RuntimeError as error:
        observer.failure("comes again", error)
    assert CANARY not in json.dumps(lines())


def test_an_error_that_nobody_raised_has_no_place(observer: Observer, lines: Lines) -> None:
    observer.failure("comes again", ValueError(CANARY))
    [line] = lines()
    assert (line["error"], line["place"]) == ("ValueError", "")


def test_counts_are_written_once_as_metrics_of_the_service(observer: Observer, lines: Lines) -> None:
    observer.count("EventsHandled")
    observer.count("EventsHandled", 2)
    observer.count("Duplicates", 0)
    observer.flush()
    observer.flush()
    [line] = lines()
    [declared] = line["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == ("ReferralEmailSystem/local", [["service"]])
    assert [metric["Name"] for metric in declared["Metrics"]] == ["EventsHandled"]
    assert (line["EventsHandled"], line["service"]) == ([3.0], observer.service)


def test_a_batch_does_not_repeat_the_counts_of_the_one_before(observer: Observer, lines: Lines) -> None:
    observer.count("EventsHandled", 5)
    observer.flush()
    observer.count("EventsHandled", 1)
    observer.flush()
    assert [line["EventsHandled"] for line in lines()] == [[5.0], [1.0]]


def test_where_tracing_is_off_a_span_is_nothing(observer: Observer) -> None:
    with observer.span("ServiceCompleted") as segment:
        assert segment is None
