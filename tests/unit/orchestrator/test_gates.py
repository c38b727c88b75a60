"""An approved mail waits for its hour, leaves a customer alone who was asked, and never leaves too late."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.orchestrator import table
from services.orchestrator.dispatch import Dispatch
from services.orchestrator.mail import Mailer
from services.orchestrator.mailing import Mailing
from services.orchestrator.reactions import sending_routes
from services.orchestrator.rounds import NotLooked, Round
from services.orchestrator.terms import Terms
from shared.clock import now
from shared.events.orchestrator import WaitEnded
from shared.events.upstream import referral_id
from tests.harness.facts import job
from tests.harness.outside import raising, refused
from tests.unit.orchestrator.story import COMPANY, REFERRAL, House, opted_out, prepared

SECOND = referral_id("s-2")
CAPPED = Mailing(ask_every_days=90)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def night() -> Mailing:
    """It is night everywhere, for an hour to come."""
    hour = timedelta(hours=1)
    return Mailing(quiet_from=(now() - hour).time(), quiet_until=(now() + hour).time())


def asleep() -> House:
    """A mail was approved in the night, and waits."""
    house = House(mailing=night())
    house.ready().room.given(prepared())
    house.store.items[table.contact_key(REFERRAL)]["time_zone"] = "UTC"
    house.approve()
    assert house.pass_on() == []
    return house


def morning(house: House, **on: Any) -> None:
    """From now on mails may leave."""
    terms = Terms(company=COMPANY, **on)
    house.room.routes = (*house.room.routes[:-1], sending_routes(Dispatch(Mailer(lambda: house.ses), lambda: terms)))


def rounds(house: House, later: timedelta = timedelta(0), mailing: Mailing = Mailing()) -> dict[str, int]:
    return Round(house.store, mailing, lambda: now() + later).go()


def hear(house: House) -> list[str]:
    """Whoever sends hears that waits ended."""
    return house.room.deliver(house._said(WaitEnded))


def waits_until(house: House, referral: str = REFERRAL) -> datetime | None:
    told = house.get("/drafts", status="approved").body["drafts"]
    return next(datetime.fromisoformat(line["waits_until"]) for line in told if line["referral_id"] == referral)


def test_a_mail_that_is_approved_at_night_waits_and_says_until_when() -> None:
    house = asleep()
    assert (house.status, house.ses.accepted) == ("approved", [])
    assert timedelta(minutes=58) < waits_until(house) - now() <= timedelta(hours=1)


def test_it_leaves_by_itself_once_the_night_is_over() -> None:
    house = asleep()
    assert rounds(house)["woken"] == 0
    assert rounds(house, timedelta(hours=1))["woken"] == 1
    morning(house)
    assert hear(house) == []
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_what_wakes_in_another_night_waits_again() -> None:
    house = asleep()
    rounds(house, timedelta(hours=1))
    assert hear(house) == []
    assert (house.status, house.ses.accepted) == ("approved", [])
    assert rounds(house, timedelta(hours=1))["woken"] == 1


def test_a_round_that_is_repeated_wakes_once() -> None:
    house = asleep()
    assert [rounds(house, timedelta(hours=1))["woken"] for _ in range(2)] == [1, 0]
    assert len(house.events("WaitEnded")) == 1


def test_a_wait_that_is_told_twice_sends_once() -> None:
    house = asleep()
    rounds(house, timedelta(hours=1))
    morning(house)
    hear(house)
    hear(house)
    assert len(house.ses.accepted) == 1


def test_whoever_opts_out_in_the_night_gets_nothing_in_the_morning() -> None:
    house = asleep()
    house.room.given(opted_out())
    rounds(house, timedelta(hours=1))
    morning(house)
    hear(house)
    assert (house.status, house.ses.accepted) == ("suppressed", [])
    assert rounds(house, timedelta(hours=2)) == {"woken": 0, "expired": 0}


def test_what_was_taken_back_in_the_night_is_not_woken() -> None:
    house = asleep()
    house.store.items[table.referral_key(REFERRAL)]["status"] = "withdrawn"
    assert rounds(house, timedelta(hours=1))["woken"] == 0
    assert house.events("WaitEnded") == []


def test_a_forged_end_of_a_wait_sends_nothing_at_night() -> None:
    house = asleep()
    known = house.referral
    said = WaitEnded(referral_id=REFERRAL, draft_id=known.draft.draft_id, customer_id="c-1", content_hash=known.content_hash)
    assert house.room.when(said) == []
    assert (house.status, house.ses.accepted) == ("approved", [])


def two(mailing: Mailing = CAPPED, **second: Any) -> House:
    """Two jobs of one customer, each with a draft."""
    house = House(mailing=mailing)
    house.ready().room.given(job("s-2", **second), prepared(), prepared("s-2", customer_id=second.get("customer__customer_id", "c-1")))
    return house


def decide(house: House, referral: str) -> Any:
    shown = house.get(f"/drafts/{referral}").body
    return house.post(f"/drafts/{referral}/approve", {"reviewer": "r-1", "content_hash": shown["content_hash"]})


def test_a_customer_is_asked_once_in_so_many_days() -> None:
    house = two()
    assert [decide(house, one).status for one in (REFERRAL, SECOND)] == [200, 200]
    assert house.pass_on() == []
    assert len(house.ses.accepted) == 1
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["asked_recently"]


def test_an_address_is_asked_once_whatever_the_customers_are_called() -> None:
    house = two(customer__customer_id="c-2", customer__email="Dana@example.com")
    assert [decide(house, one).status for one in (REFERRAL, SECOND)] == [200, 200]
    house.pass_on()
    assert len(house.ses.accepted) == 1


def test_without_a_cap_both_leave() -> None:
    house = two(Mailing())
    assert [decide(house, one).status for one in (REFERRAL, SECOND)] == [200, 200]
    house.pass_on()
    assert len(house.ses.accepted) == 2


def test_of_two_mails_that_are_claimed_at_the_same_moment_one_leaves() -> None:
    house = two()
    first, second = decide(house, REFERRAL), decide(house, SECOND)
    assert (first.status, second.status) == (200, 200)
    one, other = house.reviews()
    commit, waiting = house.store.commit, [other]

    def interrupted(writes: Any) -> None:
        """The other claim is stored after everything was read and before this one is."""
        while waiting and any(write.key == table.claim_key(REFERRAL) for write in writes):
            house.room.deliver([waiting.pop()])
        commit(writes)

    house.store.commit = interrupted  # type: ignore[method-assign]
    assert house.room.deliver([one]) == []
    assert (len(house.ses.accepted), waiting) == (1, [])
    assert house.status == "suppressed"


def test_who_was_asked_is_not_written_to_and_no_model_is_paid() -> None:
    house = House(mailing=CAPPED).approved()
    house.pass_on()
    asked = len(house.bedrock.asked)
    house.room.given(job("s-2"), prepared("s-2"))
    assert len(house.bedrock.asked) == asked
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["asked_recently"]


def test_a_reviewer_is_told_that_the_customer_was_asked_meanwhile() -> None:
    house = two()
    decide(house, REFERRAL)
    house.pass_on()
    late = decide(house, SECOND)
    assert (late.status, late.body["code"]) == (409, "asked_recently")


def test_after_so_many_days_a_customer_is_asked_again() -> None:
    house = House(mailing=CAPPED).approved()
    house.pass_on()
    for key in [key for key in house.store.items if key[1] == "ASKED"]:
        house.store.items[key]["at"] = (now() - 90 * DAY).isoformat()
    house.room.given(job("s-2"), prepared("s-2"))
    assert decide(house, SECOND).status == 200


@pytest.mark.parametrize("fault", [refused("TooManyRequestsException", 429), refused("MessageRejected", 400)])
def test_a_mail_that_did_not_leave_was_no_ask(fault: Exception) -> None:
    house = two()
    decide(house, REFERRAL)
    house.ses.before = raising(fault)
    house.pass_on()
    assert [key for key in house.store.items if key[1] == "ASKED"] == []
    house.ses.before = lambda: None
    assert decide(house, SECOND).status == 200
    house.pass_on()
    assert len(house.ses.accepted) == 1


def weeks_pass(house: House, days: float = 14.1) -> None:
    item = house.store.items[table.referral_key(REFERRAL)]
    item["drafted_at"] = (now() - days * DAY).isoformat()


def test_an_old_draft_can_not_be_approved_even_before_a_round_saw_it() -> None:
    house = House().drafted()
    weeks_pass(house)
    late = house.approve()
    assert (late.status, late.body["code"], house.status) == (409, "expired", "in_review")


def test_a_round_ends_what_is_too_old_and_tells_everybody_once() -> None:
    house = House().drafted()
    assert rounds(house)["expired"] == 0
    assert rounds(house, 14.1 * DAY)["expired"] == 1
    assert rounds(house, 14.1 * DAY)["expired"] == 0
    assert house.status == "expired"
    [event] = house.events("DraftExpired")
    assert (event["referral_id"], event["approved"]) == (REFERRAL, False)
    late = house.approve()
    assert (late.status, late.body["code"]) == (409, "expired")


def test_an_old_approved_draft_is_not_sent() -> None:
    house = House().approved()
    weeks_pass(house)
    assert house.pass_on() == house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("expired", [])
    assert [event["approved"] for event in house.events("DraftExpired")] == [True]


def test_an_approved_draft_that_could_not_leave_expires_too(capsys: pytest.CaptureFixture[str]) -> None:
    house = House().approved()
    assert rounds(house, 15 * DAY)["expired"] == 1
    assert house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("expired", [])
    assert "SendsRefused" not in capsys.readouterr().out, "nobody put an approval on the bus that was none"


def test_a_sent_mail_does_not_expire() -> None:
    house = House().approved()
    house.pass_on()
    assert rounds(house, 30 * DAY) == {"woken": 0, "expired": 0}
    assert house.status == "sent"


def test_a_round_that_meets_a_broken_row_goes_on_and_says_so() -> None:
    house = asleep()
    house.store.items[("REFERRAL#r-broken", "DUE")] = {"queue_pk": "DUE", "queue_sk": "2026-01-01#r-broken", "rev": 1}
    house.store.items[table.referral_key("r-broken")] = {"status": "approved", "rev": 1}
    with pytest.raises(NotLooked):
        rounds(house, timedelta(hours=1))
    assert len(house.events("WaitEnded")) == 1


def test_a_mail_that_did_not_leave_is_not_forgotten_where_its_event_never_comes_again() -> None:
    """The claim was given back after the event had come again, and had been taken for a duplicate."""
    house = House().approved()
    house.ses.before = raising(refused("ThrottlingException", 400))
    house.pass_on()
    house.ses.before = lambda: None
    assert [rounds(house, later)["woken"] for later in (9 * MINUTE, 11 * MINUTE)] == [0, 1]
    assert hear(house) == []
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_a_mail_that_left_at_the_second_try_is_not_looked_at_again() -> None:
    house = House().approved()
    house.ses.before = raising(refused("ThrottlingException", 400))
    house.pass_on()
    house.ses.before = lambda: None
    house.pass_on()
    assert (rounds(house, 11 * MINUTE)["woken"], len(house.ses.accepted)) == (0, 1)


def test_the_mail_says_from_when_on_nothing_could_keep_it() -> None:
    house = House().approved()
    house.pass_on()
    [event] = house.events("ReferralSent")
    assert now() - MINUTE < datetime.fromisoformat(event["claimed_at"]) <= now()
