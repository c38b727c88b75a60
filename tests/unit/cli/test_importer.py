"""A row becomes a job, or everything that is wrong with it."""

import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from infra.cli.columns import missing_columns, unknown_columns
from infra.cli.columns import MAX_BYTES
from infra.cli.importer import read

MOMENT = (
    "completed_at must be a date and time, and where it has no zone, customer_time_zone must exist, such as Europe/Berlin"
)
AMOUNT = "price_amount must be a number that is not negative, with at most 4 decimals"
ROW: dict[str, Any] = {
    "service_id": "s-1", "completed_at": datetime(2026, 7, 1, 9, 30), "customer_id": "c-1",
    "customer_email": "robin@example.com", "service_type": "roof repair",
}


def detail(**columns: Any) -> dict[str, Any]:
    job = read(ROW | columns)
    assert job.reasons == []
    return json.loads(json.dumps(job.detail))


def wrong(**columns: Any) -> list[str]:
    return read(ROW | columns).reasons


def test_a_minimal_row_is_a_job() -> None:
    assert detail() == {
        "service_id": "s-1", "completed_at": "2026-07-01T09:30:00+00:00",
        "customer": {"customer_id": "c-1", "email": "robin@example.com"}, "service": {"type": "roof repair"},
    }


def test_every_column_has_its_place() -> None:
    assert detail(
        customer_name="Robin", customer_time_zone="Europe/Berlin", marketing_consent=True,
        price_amount=Decimal("19.90"), price_currency="EUR", technician="Kim", notes="Done.\nTwice.",
        satisfaction=5, historical=False, property_type="house", property_floors=2,
    ) == {
        "service_id": "s-1", "completed_at": "2026-07-01T09:30:00+02:00",
        "customer": {
            "customer_id": "c-1", "email": "robin@example.com", "name": "Robin", "time_zone": "Europe/Berlin",
            "marketing_consent": True,
        },
        "service": {
            "type": "roof repair", "price": {"amount": "19.90", "currency": "EUR"}, "technician": "Kim",
            "notes": "Done.\nTwice.",
        },
        "satisfaction": 5, "historical": False, "property": {"type": "house", "floors": 2},
    }


def test_what_is_null_or_nan_is_left_out() -> None:
    nothing = {"notes": None, "satisfaction": float("nan"), "price_amount": None, "property_x": None}
    assert detail(**nothing, price_currency="EUR") == detail()


@pytest.mark.parametrize("given, zone, expected", [
    (datetime(2026, 7, 1, 9, 30), "America/Sao_Paulo", "2026-07-01T09:30:00-03:00"),
    (datetime(2026, 1, 1, 9, 30), "Europe/London", "2026-01-01T09:30:00+00:00"),
    (datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=5))), "Europe/London", "2026-07-01T09:30:00+05:00"),
    (datetime(2026, 7, 1, 9, 30, tzinfo=timezone(timedelta(hours=5))), "Mars/Base", "2026-07-01T09:30:00+05:00"),
    (date(2026, 7, 1), "Europe/Berlin", "2026-07-01T12:00:00+02:00"),
    ("2026-07-01", "Europe/Berlin", "2026-07-01T12:00:00+02:00"),
    (" 2026-07-01 09:30:00 ", None, "2026-07-01T09:30:00+00:00"),
    ("2026-07-01T09:30:00Z", "Europe/Berlin", "2026-07-01T09:30:00+00:00"),
])
def test_times_are_local_where_they_say_no_zone(given: Any, zone: str | None, expected: str) -> None:
    assert detail(completed_at=given, customer_time_zone=zone)["completed_at"] == expected


@pytest.mark.parametrize("given, expected", [
    (0.1 + 0.2, "0.3"), (22.300000000000004, "22.3"), (100.0, "100"), (Decimal("10.500000"), "10.5"),
    ("12.5", "12.5"), (7, 7),
])
def test_prices_are_exact(given: Any, expected: Any) -> None:
    amount = detail(price_amount=given, price_currency="GBP")["service"]["price"]["amount"]
    assert Decimal(amount) == Decimal(expected)


def test_whole_numbers_may_come_as_floats() -> None:
    job = detail(satisfaction=5.0, customer_id=17850.0, service_id=536365)
    assert (job["satisfaction"], job["customer"]["customer_id"], job["service_id"]) == (5, "17850", "536365")


@pytest.mark.parametrize("columns, reason", [
    ({"service_id": None}, "service_id is missing"),
    ({"service_id": "a b"}, "service_id must be 1 to 128 characters without spaces"),
    ({"completed_at": "yesterday"}, MOMENT),
    ({"customer_time_zone": "Mars/Base"}, MOMENT),
    ({"customer_email": "a@x.com\nBcc: b@x.com"}, "customer_email must be one address such as name@example.com"),
    ({"marketing_consent": "perhaps"}, "marketing_consent must be true or false"),
    ({"price_amount": "a lot", "price_currency": "EUR"}, AMOUNT),
    ({"price_amount": 1.23456, "price_currency": "EUR"}, AMOUNT),
    ({"price_amount": Decimal("-1"), "price_currency": "EUR"}, AMOUNT),
    ({"price_amount": float("inf"), "price_currency": "EUR"}, AMOUNT),
    ({"price_amount": 1}, "price_currency is missing"),
    ({"price_amount": 1, "price_currency": "euro"}, "price_currency must be three capital letters such as EUR"),
    ({"satisfaction": 4.5}, "satisfaction must be a whole number from 1 to 5"),
    ({"satisfaction": 7}, "satisfaction must be a whole number from 1 to 5"),
    ({"property_tags": ["a"]}, "property_tags must be text, a number, true or false"),
])
def test_what_breaks_the_contract_is_named_by_its_column(columns: dict[str, Any], reason: str) -> None:
    assert wrong(**columns) == [reason]


def test_all_reasons_come_at_once_and_without_values() -> None:
    reasons = wrong(satisfaction=9, customer_email="secret", price_amount="much", service_type="")
    assert len(reasons) == 5  # the fifth is the missing currency
    assert "secret" not in " ".join(reasons)


def test_a_row_that_is_too_large_for_the_bus_is_refused_and_one_below_is_not() -> None:
    [reason] = wrong(notes="x" * MAX_BYTES)
    assert reason.startswith("the row is too large")
    assert wrong(notes="x" * (MAX_BYTES - 1000)) == []


def test_a_row_can_be_marked_historical_whatever_it_says() -> None:
    assert read(ROW | {"historical": False}, historical=True).detail["historical"] is True


def test_columns_are_checked_before_rows() -> None:
    assert missing_columns(["service_id", "completed_at", "x"]) == ["customer_id", "customer_email", "service_type"]
    assert unknown_columns(["service_id", "property_x", "rejected_row", "colour"]) == ["colour"]
