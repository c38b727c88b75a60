"""What can't be used is kept with every reason at once, once per content."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.prep import reasons, table
from services.prep.quarantine import Case, Status, canonical, merged
from services.prep.reactions import routes
from shared.clock import now
from shared.events.upstream import ServiceCompleted, referral_id
from tests.harness.facts import job_detail
from tests.harness.room import Room, record
from tests.unit.prep.story import learned

BROKEN = {
    "customer__email": "dana\r\n@example.com", "satisfaction": 9,
    "service__price": {"amount": "a lot", "currency": "euro"},
}


@pytest.fixture
def prep() -> Room:
    return Room(routes)


def waiting(room: Room) -> list[Case]:
    listed = table.cases(room.store, Status.WAITING, 100)
    return [case for one in listed if (case := table.find_case(room.store, one.quarantine_id))]


def why(detail: Any) -> set[tuple[str, str]]:
    return {(reason.field, reason.code) for reason in reasons.of_detail(detail, now())}


def test_all_reasons_are_named_at_once_and_announced_without_values(prep: Room) -> None:
    assert prep.when(job_detail("s-1", **BROKEN)) == []
    [event] = prep.announced
    assert (event["type"], event["source"]) == ("PreparationRejected", "referral.prep")
    assert event["metadata"]["correlation_id"] == event["data"]["referral_id"] == referral_id("s-1")
    assert event["data"]["historical"] is False
    assert {(reason["field"], reason["code"]) for reason in event["data"]["reasons"]} == {
        ("customer.email", "string_pattern_mismatch"), ("service.price.amount", "decimal_parsing"),
        ("service.price.currency", "string_pattern_mismatch"), ("satisfaction", "less_than_equal"),
    }


def test_the_case_keeps_what_upstream_said(prep: Room) -> None:
    detail = job_detail("s-1", **BROKEN)
    prep.when(detail)
    [case] = waiting(prep)
    assert (case.detail(), case.status, case.size) == (detail, "waiting", len(canonical(detail)))


def test_the_same_rubbish_twice_is_one_case_and_one_event(prep: Room) -> None:
    prep.when(job_detail("s-1", **BROKEN), job_detail("s-1", **BROKEN))
    prep.when(dict(reversed(job_detail("s-1", **BROKEN).items())))
    assert len(waiting(prep)) == 1
    assert prep.announced_types() == ["PreparationRejected"]


def test_a_broken_job_does_not_hold_up_the_others(prep: Room) -> None:
    batch = [record(job_detail("s-1")), record(None), learned("s-1"), record(job_detail("s-2", **BROKEN))]
    assert prep.deliver(batch) == []
    assert sorted(prep.announced_types()) == ["PreparationRejected", "PreparationRejected", "ReferralPrepared"]


@pytest.mark.parametrize(("at", "code"), [("2126-01-01T00:00:00Z", "in_future"), ("1970-01-01T00:00:00Z", "too_early")])
def test_a_moment_that_can_not_be_true_is_set_aside_although_it_has_the_form(prep: Room, at: str, code: str) -> None:
    prep.when(job_detail("s-1", completed_at=at))
    prep.when(job_detail("s-1", completed_at=at))
    prep.deliver([learned("s-1")])
    [event] = prep.announced
    assert event["data"]["reasons"] == [{"field": "completed_at", "code": code}]
    assert [case.detail()["completed_at"] for case in waiting(prep)] == [at]


def test_a_clock_that_is_half_a_day_ahead_is_forgiven(prep: Room) -> None:
    prep.when(job_detail("s-1", completed_at=(now() + timedelta(hours=12)).isoformat()))
    assert (prep.announced, waiting(prep)) == ([], [])


def test_many_problems_of_one_kind_are_one_reason() -> None:
    found = reasons.of_detail(job_detail("s-1", property={f"room {n}": [n] for n in range(100)}), now())
    assert [(reason.field, reason.code) for reason in found] == [("property.*", "value_type")]


def test_a_historical_job_is_set_aside_too_and_says_that_it_is_historical(prep: Room) -> None:
    prep.when(job_detail("s-1", historical=True, **BROKEN))
    [event] = prep.announced
    assert event["data"]["historical"] is True


@pytest.mark.parametrize(("changes", "field", "code"), [
    ({"service_id": "s 1"}, "service_id", "string_pattern_mismatch"),
    ({"service_id": ""}, "service_id", "string_too_short"),
    ({"completed_at": "2026-11-20T16:30:00"}, "completed_at", "timezone_aware"),
    ({"completed_at": "20.11.2026"}, "completed_at", "datetime_from_date_parsing"),
    ({"customer": "Dana"}, "customer", "model_type"),
    ({"customer__email": "Dana <dana@example.com>"}, "customer.email", "string_pattern_mismatch"),
    ({"customer__email": "a@example.com,b@example.com"}, "customer.email", "string_pattern_mismatch"),
    ({"customer__email": None}, "customer.email", "string_type"),
    ({"service__type": "  "}, "service.type", "string_too_short"),
    ({"service__price__amount": "12,50"}, "service.price.amount", "decimal_parsing"),
    ({"service__price__amount": -1}, "service.price.amount", "greater_than_equal"),
    ({"service__price__amount": "NaN"}, "service.price.amount", "finite_number"),
    ({"satisfaction": "great"}, "satisfaction", "int_parsing"),
    ({"property": {"dana@example.com": ["secret"]}}, "property.*", "value_type"),
    ({"property": {"satisfaction": {}}}, "property.*", "value_type"),
    ({"historical": "perhaps"}, "historical", "bool_parsing"),
])
def test_each_reason_says_where_and_what(changes: dict[str, Any], field: str, code: str) -> None:
    assert why(job_detail("s-1", **changes)) == {(field, code)}


def test_an_empty_object_lacks_everything_that_is_required() -> None:
    assert why({}) == {(field, "missing") for field in ("service_id", "completed_at", "customer", "service")}


def test_every_field_of_the_contract_has_a_sentence_that_says_how_to_mend_it() -> None:
    assert set(reasons.EXPECTED) == {"detail", "property.*", *fields(ServiceCompleted)}


def fields(contract: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in contract.model_fields.items():
        yield before + name
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from fields(part, f"{before}{name}.")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_rubbish_of_every_kind_becomes_one_case(rubbish: Any) -> None:
    prep = Room(routes)
    assert prep.deliver([record(rubbish), record(rubbish)]) == []
    [case] = waiting(prep)
    assert canonical(case.detail()) == canonical(rubbish)
    assert all(reasons.sentence(reason) for reason in case.reasons)


PATHS = [
    "service_id", "completed_at", "customer", "customer__email", "customer__name", "service__type", "service__price",
    "property",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_rubbish_in_any_field_is_used_or_set_aside_and_never_comes_again(path: str, rubbish: Any) -> None:
    prep = Room(routes)
    detail = job_detail("s-1", **{path: rubbish})
    assert prep.deliver([record(detail), record(detail)]) == []
    assert len(waiting(prep)) + sum(key[1] == "JOIN" for key in prep.store.items) == 1


def test_a_large_content_is_kept_compressed_and_a_list_does_not_carry_it(prep: Room) -> None:
    prep.when(job_detail("s-1", service__notes="a long story " * 70_000, **BROKEN))
    assert [case.content for case in table.cases(prep.store, Status.WAITING, 100)] == [None]
    [case] = waiting(prep)
    assert case.content and len(case.content) < 10_000 < case.size
    assert case.detail()["service"]["notes"].startswith("a long story")


def test_what_is_too_large_even_so_is_kept_by_size_and_hash() -> None:
    noise = random.Random(1).randbytes(500_000).hex()
    case = Case.of({"notes": noise}, reasons.of_detail({}, now()), now())
    assert (case.content, case.detail(), case.size) == (None, None, 1_000_012)
    assert len(case.sha256) == 64


def test_the_log_has_no_content(prep: Room, capsys: pytest.CaptureFixture[str]) -> None:
    prep.when(job_detail("s-1", customer__email="canary@@example.com", property={"canary": []}, satisfaction="canary"))
    [event] = prep.announced
    assert "canary" not in json.dumps(event) + "".join(capsys.readouterr())


def test_a_merge_patch_merges_replaces_and_takes_out() -> None:
    before = {"a": {"b": 1, "c": 2}, "d": [1], "e": 1}
    assert merged(before, {"a": {"b": 9, "c": None}, "d": [2], "f": {"g": None, "h": 1}}) == {
        "a": {"b": 9}, "d": [2], "e": 1, "f": {"h": 1},
    }
    assert merged("text", {"a": 1}) == {"a": 1}
