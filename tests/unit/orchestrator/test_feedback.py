"""What the provider says of a mail is written down, told and counted once, and bad addresses are left alone."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.orchestrator import pause, table
from services.orchestrator.limits import Limits
from services.orchestrator.mailing import Mailing
from services.orchestrator.rounds import Round
from shared.clock import now
from shared.events.orchestrator import WaitEnded
from tests.harness.facts import job
from tests.harness.outside import Crash, raising, refused
from tests.unit.orchestrator.ses import PERMANENT, SPAM, TRANSIENT, said
from tests.unit.orchestrator.story import REFERRAL, House, prepared

KINDS = {
    "Email Delivered": "ReferralDelivered", "Email Delivery Delayed": "ReferralDelayed", "Email Bounced": "ReferralBounced",
    "Email Complaint Received": "ReferralComplained", "Email Rejected": "ReferralBounced",
    "Email Opened": "ReferralOpened", "Email Clicked": "ReferralClicked",
}


def sent() -> House:
    house = House().approved()
    assert house.pass_on() == []
    return house


def hear(house: House, *records: dict[str, Any]) -> list[str]:
    return house.room.deliver(list(records))


def suppressed(house: House) -> bool:
    keys = table.suppressions("c-1", "dana@example.com")
    return all(key in house.store.items for key in keys)


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_what_ses_says_is_told_once_in_our_words(name: str, kind: str) -> None:
    house = sent()
    assert hear(house, said(name)) == hear(house, said(name), said(name)) == []
    [event] = house.events(kind)
    assert (event["referral_id"], event["customer_id"], event["message_id"]) == (REFERRAL, "c-1", "m-1")
    assert event["at"] == "2026-11-22T10:00:00Z"
    [detail] = house.details(kind)
    assert detail["metadata"]["correlation_id"] == REFERRAL


@pytest.mark.parametrize(("name", "about", "kind", "code"), [
    ("Email Bounced", PERMANENT, "permanent", "General"),
    ("Email Bounced", TRANSIENT, "transient", "MailboxFull"),
    ("Email Bounced", {"bounceType": "Undetermined"}, "transient", "unknown"),
    ("Email Bounced", {"bounceType": "Permanent", "bounceSubType": "550 dana@example.com"}, "permanent", "unknown"),
    ("Email Rejected", {"reason": "Bad content"}, "refused", "Bad content"),
])
def test_a_bounce_says_of_which_kind_it_is(name: str, about: dict[str, str], kind: str, code: str) -> None:
    house = sent()
    hear(house, said(name, **about))
    assert [(event["kind"], event["code"]) for event in house.events("ReferralBounced")] == [(kind, code)]


def test_no_address_of_the_feedback_is_kept_told_or_logged(capsys: pytest.CaptureFixture[str]) -> None:
    house = sent()
    before = set(house.store.items)
    capsys.readouterr()
    hear(house, *(said(name, message_id="m-1", **PERMANENT) for name in KINDS))
    stored = {str(key): item for key, item in house.store.items.items() if key not in before}
    changed = house.store.items[table.referral_key(REFERRAL)]
    assert "@example.com" not in json.dumps([stored, changed], default=str) + capsys.readouterr().out


@pytest.mark.parametrize(("name", "about"), [("Email Bounced", PERMANENT), ("Email Complaint Received", SPAM)])
def test_an_address_that_bounced_for_good_or_complained_gets_nothing_more(name: str, about: dict[str, str]) -> None:
    house = sent()
    hear(house, said(name, **about))
    assert suppressed(house)
    house.room.given(job("s-2", customer__customer_id="c-2"), prepared("s-2", customer_id="c-2"))
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]


@pytest.mark.parametrize(("name", "about"), [("Email Bounced", TRANSIENT), ("Email Rejected", {}), ("Email Delivery Delayed", {})])
def test_what_may_pass_or_is_our_own_fault_suppresses_nobody(name: str, about: dict[str, str]) -> None:
    house = sent()
    hear(house, said(name, **about))
    assert not suppressed(house)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_what_is_said_makes_no_difference(order: tuple[int, ...]) -> None:
    records = [
        said("Email Delivered"), said("Email Bounced", **TRANSIENT), said("Email Bounced", **PERMANENT),
        said("Email Complaint Received", **SPAM),
    ]
    house = sent()
    for place in order:
        hear(house, records[place])
    assert house.referral.feedback.outcome == "complained"
    assert set(house.referral.feedback.heard) == {"delivered", "bounced_softly", "bounced", "complained"}
    assert counted(house) == {"mails": 1, "bounced": 1, "complained": 1}
    assert suppressed(house)


def counted(house: House) -> dict[str, int]:
    return house.get("/sending").body["counted"]


def test_many_in_one_batch_count_as_one_by_one() -> None:
    house = sent()
    hear(house, said("Email Delivered"), said("Email Opened"), said("Email Delivered"), said("Email Bounced", **PERMANENT))
    assert counted(house) == {"mails": 1, "bounced": 1, "complained": 0}


@pytest.mark.parametrize("forged", [
    said("Email Bounced", referral_id="r-unknown", **PERMANENT), said("Email Bounced", message_id="m-other", **PERMANENT),
])
def test_what_is_said_of_no_mail_of_ours_is_counted_and_harmless(forged: Any, capsys: pytest.CaptureFixture[str]) -> None:
    house = sent()
    before = house.state()
    assert hear(house, forged) == []
    assert house.state() == before
    assert "FeedbackUnknown" in capsys.readouterr().out


@pytest.mark.parametrize("tags", [{}, {"referral_id": []}, {"referral_id": ["r-1", "r-2"]}, {"referral_id": ["r 1@x"]}])
def test_a_mail_without_our_tag_is_counted_and_harmless(tags: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    house = sent()
    before = house.state()
    assert hear(house, said("Email Bounced", tags=tags, **PERMANENT)) == []
    assert house.state() == before
    assert "Malformed" in capsys.readouterr().out


@pytest.mark.parametrize("status", ["drafted", "approved"])
def test_feedback_on_a_mail_that_never_left_changes_nothing(status: str) -> None:
    house = getattr(House(), status)()
    before = house.state()
    hear(house, said("Email Bounced", **PERMANENT))
    assert house.state() == before


def test_nobody_else_may_say_what_ses_says() -> None:
    house = sent()
    record = said("Email Bounced", **PERMANENT)
    record["body"] = json.dumps(json.loads(record["body"]) | {"source": "upstream.crm"})
    assert len(hear(house, record)) == 1
    assert not suppressed(house)


def in_doubt() -> House:
    house = House().approved()
    house.ses.after = raising(refused("InternalFailure", 500))
    house.pass_on()
    assert house.status == "sending"
    return house


@pytest.mark.parametrize(("name", "about"), [("Email Delivered", {}), ("Email Bounced", PERMANENT)])
def test_feedback_on_a_mail_in_doubt_tells_that_it_left(name: str, about: dict[str, str]) -> None:
    house = in_doubt()
    hear(house, said(name, **about))
    assert (house.status, house.referral.message_id) == ("sent", "m-1")
    house.ses.after = lambda: None
    assert house.pass_on() == []
    assert len(house.ses.accepted) == len(house.events("ReferralSent")) == 1


def test_feedback_that_comes_before_the_record_of_the_send_is_not_lost_and_the_send_is_told_once() -> None:
    house = House().approved()
    house.ses.after = lambda: assert_heard(house)
    house.pass_on()
    assert (house.status, house.referral.message_id) == ("sent", "m-1")
    assert house.referral.feedback.outcome == "bounced"
    assert len(house.events("ReferralSent")) == len(house.events("ReferralBounced")) == 1


def assert_heard(house: House) -> None:
    assert hear(house, said("Email Bounced", **PERMANENT)) == []


def test_a_sender_that_died_after_the_call_is_resolved_by_what_ses_says() -> None:
    house = House().approved()
    house.ses.after = raising(Crash())
    with pytest.raises(Crash):
        house.pass_on()
    hear(house, said("Email Delivered"))
    house.ses.after = lambda: None
    house.pass_on()
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_a_list_and_a_page_show_what_became_of_the_mail() -> None:
    house = sent()
    hear(house, said("Email Delivered"), said("Email Clicked"))
    [line] = house.get("/drafts", status="sent").body["drafts"]
    assert line["feedback"]["outcome"] == "clicked"
    assert set(line["feedback"]["heard"]) == {"delivered", "clicked"}


def test_five_bounces_of_the_first_mails_stop_all_sending() -> None:
    house = many(5)
    for number in range(1, 5):
        bounce(house, number)
    assert not house.get("/sending").body["paused"]
    bounce(house, 5)
    told = house.get("/sending").body
    assert (told["paused"], told["reason"], told["counted"]["bounced"]) == (True, "bounces", 5)
    [event] = house.events("SendingPaused")
    assert (event["reason"], event["by"], event["mails"], event["bounced"]) == ("bounces", None, 5, 5)


def many(count: int, **limits: int) -> House:
    """So many customers have got a mail."""
    house = House(limits=Limits(**limits)).ready()
    for number in range(1, count + 1):
        who = {"customer_id": f"c-{number}"}
        house.room.given(
            job(f"s-{number}", customer__customer_id=f"c-{number}", customer__email=f"p{number}@example.com"),
            prepared(f"s-{number}", **who),
        )
        line = house.get("/drafts").body["drafts"][0]
        path = f"/drafts/{line['referral_id']}/approve"
        assert house.post(path, {"reviewer": "r-1", "content_hash": line["content_hash"]}).status == 200
    house.pass_on()
    assert len(house.ses.accepted) == count
    return house


def bounce(house: House, number: int) -> None:
    hear(house, said("Email Bounced", prepared(f"s-{number}").referral_id, f"m-{number}", **PERMANENT))


def test_two_complaints_among_few_mails_stop_all_sending() -> None:
    house = many(2)
    for number in (1, 2):
        hear(house, said("Email Complaint Received", prepared(f"s-{number}").referral_id, f"m-{number}"))
    assert [event["reason"] for event in house.events("SendingPaused")] == ["complaints"]


def test_a_pause_is_told_once_however_much_more_bounces() -> None:
    house = many(3, bounces_of=1)
    for number in (1, 2, 3):
        bounce(house, number)
    assert len(house.events("SendingPaused")) == 1


def rounds(house: House) -> dict[str, int]:
    """What only time says is looked at a minute later."""
    later = lambda: now() + timedelta(minutes=1)  # noqa: E731
    return Round(house.store, Mailing(), later).go()


def woken(house: House) -> list[str]:
    return house.room.deliver(house._said(WaitEnded))


def test_an_approved_mail_waits_for_whoever_resumes_and_leaves_then_once() -> None:
    house = House().approved()
    assert house.post("/sending/pause", {"by": "op-1"}).status == 200
    assert house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("approved", [])
    assert rounds(house)["woken"] == 0
    assert house.post("/sending/resume", {"by": "op-1"}).body["paused"] is False
    assert rounds(house)["woken"] == 1
    assert woken(house) == woken(house) == house.pass_on() == []
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_a_pause_while_the_claim_is_made_keeps_the_mail_here() -> None:
    house = House().approved()
    commit, waiting = house.store.commit, ["pause"]

    def interrupted(writes: Any) -> None:
        """Somebody stops sending after everything was read and before the claim is stored."""
        while waiting and any(write.key == table.claim_key(REFERRAL) for write in writes):
            waiting.pop()
            house.post("/sending/pause", {"by": "op-1"})
        commit(writes)

    house.store.commit = interrupted  # type: ignore[method-assign]
    assert house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("approved", [])


def test_resuming_starts_to_count_anew() -> None:
    house = many(6, bounces_of=40)
    bounce(house, 1)
    bounce(house, 2)
    assert house.post("/sending/resume", {"by": "op-1"}).body["counted"] == {"mails": 0, "bounced": 0, "complained": 0}
    bounce(house, 3)
    assert house.get("/sending").body["paused"] is False
    assert [event["by"] for event in house.events("SendingResumed")] == ["op-1"]


def test_what_is_done_already_is_refused_with_advice() -> None:
    house = House()
    assert house.post("/sending/resume", {"by": "op-1"}).body["code"] == "not_paused"
    house.post("/sending/pause", {"by": "op-1"})
    assert house.post("/sending/pause", {"by": "op-1"}).body["code"] == "paused_already"
    assert house.post("/sending/pause", {"by": "dana@example.com"}).status == 422


def test_the_rows_of_the_pause_are_read_with_what_a_send_reads_anyway() -> None:
    house = House().approved()
    asked: list[Any] = []
    get = house.store.get
    house.store.get = lambda keys: get(asked.append(list(keys)) or asked[-1])  # type: ignore[method-assign, func-returns-value]
    house.pass_on()
    assert [pause.SWITCH in keys for keys in asked].index(True) == 0
