"""Mails leave by the clock on the customer's wall, also in the nights in which it leaps."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from services.orchestrator.mailing import Mailing

NIGHTS = Mailing(quiet_from="20:00", quiet_until="09:00", time_zone="Europe/Berlin")
EARLY = Mailing(quiet_from="00:00", quiet_until="02:30")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Europe/Berlin", "2026-11-23 12:00", None),
        ("Europe/Berlin", "2026-11-23 18:59", None),
        ("Europe/Berlin", "2026-11-23 19:00", "2026-11-24 08:00"),
        ("Europe/Berlin", "2026-11-24 07:59", "2026-11-24 08:00"),
        ("Europe/Berlin", "2026-11-24 08:00", None),
        ("America/New_York", "2026-11-23 12:00", "2026-11-23 14:00"),
        ("Asia/Kolkata", "2026-11-23 16:00", "2026-11-24 03:30"),
        ("Pacific/Kiritimati", "2026-11-23 12:00", "2026-11-23 19:00"),
    ],
)
def test_nothing_leaves_in_the_customers_night(zone: str, now: str, until: str | None) -> None:
    assert NIGHTS.quiet_for(zone, utc(now)) == (utc(until) if until else None)


@pytest.mark.parametrize("unknown", [None, "", "Mars/Olympus", "../etc", "Europe", "x" * 300, "Europe/Berlin\x00"])
def test_where_the_zone_is_unknown_the_companys_counts(unknown: str | None) -> None:
    assert NIGHTS.quiet_for(unknown, utc("2026-11-23 19:00")) == utc("2026-11-24 08:00")


def test_the_night_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    assert NIGHTS.quiet_for("Europe/Berlin", utc("2026-03-27 20:00")) == utc("2026-03-28 08:00")
    assert NIGHTS.quiet_for("Europe/Berlin", utc("2026-03-28 20:00")) == utc("2026-03-29 07:00")


def test_the_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    assert NIGHTS.quiet_for("Europe/Berlin", utc("2026-10-24 19:00")) == utc("2026-10-25 08:00")


def test_an_end_that_the_clock_leaps_over_is_where_it_lands() -> None:
    assert EARLY.quiet_for("Europe/Berlin", utc("2026-03-29 00:30")) == utc("2026-03-29 01:30")


def test_an_end_that_comes_twice_counts_the_first_time() -> None:
    assert EARLY.quiet_for("Europe/Berlin", utc("2026-10-24 23:00")) == utc("2026-10-25 00:30")


def test_a_day_may_start_at_a_leap() -> None:
    """In Beirut the clock goes from midnight to one."""
    weekends = Mailing(quiet_weekends=True)
    assert weekends.quiet_for("Asia/Beirut", utc("2026-03-28 12:00")) == utc("2026-03-29 21:00")
    assert EARLY.quiet_for("Asia/Beirut", utc("2026-03-28 22:00")) == utc("2026-03-28 23:30")


def test_quiet_weekends_last_until_monday_morning() -> None:
    both = NIGHTS.model_copy(update={"quiet_weekends": True})
    friday_evening, saturday_noon = utc("2026-11-20 20:00"), utc("2026-11-21 12:00")
    assert both.quiet_for("Europe/Berlin", friday_evening) == utc("2026-11-23 08:00")
    assert both.quiet_for("Europe/Berlin", saturday_noon) == utc("2026-11-23 08:00")
    assert Mailing(quiet_weekends=True).quiet_for("UTC", saturday_noon) == utc("2026-11-23 00:00")
    assert NIGHTS.quiet_for("Europe/Berlin", saturday_noon) is None


def test_the_same_time_twice_means_no_quiet_hours() -> None:
    assert Mailing().quiet_for("Europe/Berlin", utc("2026-11-23 02:00")) is None


@pytest.mark.parametrize("wrong", [
    {"time_zone": "Berlin"}, {"quiet_from": "late"}, {"draft_days": 0}, {"ask_every_days": -1}, {"quiet": 1},
])
def test_what_an_account_can_not_mean_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Mailing.model_validate(wrong)
