"""What a job lacks is treated as the table of policies says, and the event records it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.prep.cleaning import given_name, one_line, time_zone
from services.prep.model import POLICIES, Otherwise, prepare
from services.prep.reactions import routes
from shared.clock import now
from shared.events.values import property_facts
from tests.harness.facts import job, job_detail
from tests.harness.room import Room
from tests.unit.prep.story import learned


def prepared(known: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    prep = Room(routes)
    prep.when(job_detail("s-1", **changes))
    prep.deliver([learned("s-1", **(known or {}))])
    [event] = prep.announced
    return event["data"]


LACKING: dict[str, tuple[dict[str, Any], str]] = {
    "customer.name": ({"customer__name": None}, "degraded"),
    "customer.time_zone": ({"customer__time_zone": None}, "defaulted"),
    "customer.marketing_consent": ({"customer__marketing_consent": None}, "degraded"),
    "service.price": ({"service__price": None}, "degraded"),
    "service.notes": ({"service__notes": "x" * 2_001}, "degraded"),
    "satisfaction": ({"satisfaction": None}, "imputed"),
    "property": ({"property": {}}, "degraded"),
}


@pytest.mark.parametrize(("field", "lack"), LACKING.items())
def test_each_field_is_treated_by_its_policy(field: str, lack: tuple[dict[str, Any], str]) -> None:
    changes, choice = lack
    assert prepared(**changes)["missing"] == {field: choice}


def test_every_policy_of_the_table_has_its_story() -> None:
    assert {policy.field for policy in POLICIES if policy.otherwise is not Otherwise.REJECT} == set(LACKING)


def test_everything_missing_at_once_still_gives_a_referral() -> None:
    changes = {path: value for lack, _ in LACKING.values() for path, value in lack.items()}
    event = prepared(**changes)
    assert event["missing"] == {field: choice for field, (_, choice) in LACKING.items()}
    assert (event["given_name"], event["time_zone"], event["service"]["price"]) == (None, "UTC", None)


def test_a_verdict_is_never_invented() -> None:
    assert prepared(satisfaction=None)["service"]["satisfaction"] is None
    never_asked = prepared({"satisfaction_avg": None, "satisfaction_count": 0}, satisfaction=None)
    assert never_asked["missing"] == {"satisfaction": "degraded"}


def test_an_unknown_time_zone_is_no_time_zone() -> None:
    event = prepared(customer__time_zone="Mars/Olympus_Mons")
    assert (event["time_zone"], event["missing"]) == ("UTC", {"customer.time_zone": "defaulted"})


def test_a_300_kb_note_is_no_obstacle() -> None:
    assert prepared(service__notes="long story " * 27_000)["missing"] == {"service.notes": "degraded"}


def test_a_property_with_prose_keeps_its_facts_and_says_so() -> None:
    event = prepared(property={"type": "house", "floors": 2, "story": "once upon a time " * 10, "garden": True})
    assert event["service"]["property"] == {"type": "house", "floors": 2, "garden": True}
    assert event["missing"] == {"property": "degraded"}


@pytest.mark.parametrize(("name", "greeted"), [
    ("Dana Example", "Dana"), ("  dana\r\nBcc: all@example.com", "dana"), ("Zoë\tExample", "Zoë"),
    ("Anne-Marie", "Anne-Marie"), ("D’Arcy X", "D’Arcy"), ("O'Neil", "O'Neil"), ("李 Example", "李"), ("नेहा", "नेहा"),
    ("Да\u200bна", "Дана"), ("J. Example", "J."), ("Da\u0000na Example", "Da"), ("x" * 40, "x" * 40),
    ("x" * 41, None), ("", None), ("   ", None), (None, None), ("\u202e\u200b", None), ("1234", None), ("'", None),
    ("<script>alert(1)</script>", None), ("{{facts}}", None), ("Example, Dana", None), ("Dr. Example", None),
    ("Mrs Example", None), ("N/A", None), ("null", None), ("Dana2", None), ("🙂", None),
])
def test_the_greeting_is_the_first_word_of_a_name_or_nothing(name: str | None, greeted: str | None) -> None:
    assert given_name(name) == greeted


@given(st.text(max_size=60))
def test_no_name_can_break_a_line_or_smuggle_a_sign(name: str) -> None:
    greeted = given_name(name)
    if greeted is not None:
        assert 0 < len(greeted) <= 40 and greeted.isprintable() and not set(greeted) & set("<>{}@:/ \n")


@given(st.text(max_size=60))
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
def test_time_zones_of_the_world_are_known(name: str) -> None:
    assert time_zone(name) == name


@pytest.mark.parametrize("name", [
    "", None, "Europe", "../../etc/passwd", "/etc/localtime", "Berlin", "UTC+1", "Europe/Berlin ", "a" * 300,
])
def test_other_texts_are_no_time_zones(name: str | None) -> None:
    assert time_zone(name) is None


def test_only_so_many_facts_about_a_property() -> None:
    assert len(property_facts({f"f{n}": n for n in range(500)})) == 40


def test_the_kind_of_service_is_one_line() -> None:
    assert prepare(job("s-1", service__type="roof\r\n\trepair\u200b"), now()).service.type == "roof repair"
