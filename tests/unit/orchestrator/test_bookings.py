"""A friend who buys with the code of a mail is counted once, for whoever wrote that mail."""

from typing import Any

import pytest

from services.orchestrator import example
from services.orchestrator.codes import code_of
from shared.events.upstream import ReferralBooked
from tests.unit.orchestrator.story import COMPANY, REFERRAL, House, opted_out
from tests.harness.facts import erased


def booked(code: str | None = None, **more: Any) -> ReferralBooked:
    return ReferralBooked.model_validate(
        {"referral_code": code or code_of(REFERRAL), "booked_at": "2026-11-22T09:00:00Z"} | more
    )


def sent() -> House:
    house = House().approved()
    house.pass_on()
    return house


def test_a_purchase_leads_back_to_version_and_prompt() -> None:
    house = sent()
    assert house.room.when(booked(amount={"amount": "250.00", "currency": "EUR"}, friend="Robin Example")) == []
    [event], [draft] = house.events("ReferralConverted"), house.events("ReferralDrafted")
    for name in ("referral_id", "draft_id", "agent", "version", "arm", "rollout_id", "prompt_hash", "content_hash"):
        assert event[name] == draft[name]
    assert (event["amount"], event["currency"], event["booked_at"]) == ("250.00", "EUR", "2026-11-22T09:00:00Z")
    [detail] = house.details("ReferralConverted")
    assert detail["metadata"]["correlation_id"] == REFERRAL
    assert "Robin" not in str(house.store.items)


def test_the_code_is_in_what_was_approved_and_in_both_parts_of_the_mail() -> None:
    house = sent()
    link = f"https://example.com/refer?code={code_of(REFERRAL)}"
    parts = house.ses.accepted[0]["Content"]["Simple"]["Body"]
    assert link in house.referral.draft.body and link in parts["Text"]["Data"] and f'href="{link}"' in parts["Html"]["Data"]


def test_the_same_purchase_counts_once_and_another_one_too() -> None:
    house = sent()
    assert house.room.when(booked(), booked()) == []
    assert house.room.when(booked()) == []
    assert len(house.events("ReferralConverted")) == 1
    house.room.when(booked(booking_id="b-2"))
    assert len(house.events("ReferralConverted")) == 2


def test_a_code_is_understood_as_people_write_it() -> None:
    house, code = sent(), code_of(REFERRAL)
    house.room.when(booked(f"{code[:5]}-{code[5:]}".lower()))
    assert len(house.events("ReferralConverted")) == 1


@pytest.mark.parametrize("code", ["BBBBBBBBBB", "x"])
def test_an_unknown_code_is_counted_and_kept_out(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    house = sent()
    before = house.state()
    assert house.room.when(booked(code)) == []
    assert house.state() == before
    assert house.events("ReferralConverted") == []
    assert "CodesUnknown" in capsys.readouterr().out


@pytest.mark.parametrize("status", ["drafted", "approved"])
def test_a_code_that_never_left_with_a_mail_counts_for_nobody(status: str) -> None:
    house = getattr(House(), status)()
    house.room.when(booked())
    assert house.events("ReferralConverted") == []


@pytest.mark.parametrize("wish", [opted_out(), erased()])
def test_a_purchase_counts_also_when_its_customer_wants_no_more_mail(wish: Any) -> None:
    house = sent()
    house.room.given(wish)
    house.room.when(booked())
    assert len(house.events("ReferralConverted")) == 1


def test_what_is_kept_as_an_example_has_no_code() -> None:
    house = sent()
    text = example.text(house.referral, house.contact, COMPANY)
    assert text and "https://example.com/refer" in text and code_of(REFERRAL) not in text
