"""An approved draft leaves once, and never when nobody approved it or the customer opted out."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from services.orchestrator import table
from shared.events.orchestrator import ReferralReviewed
from tests.harness.outside import Crash, raising, refused
from tests.unit.orchestrator.story import REFERRAL, House, delivery, opted_out

LOST = ReadTimeoutError(endpoint_url="https://email")
CLAIM = table.claim_key(REFERRAL)


def forged(house: House, **changes: Any) -> ReferralReviewed:
    """What somebody would put on the bus to get a draft sent that nobody approved."""
    said = {
        "referral_id": REFERRAL, "draft_id": "d-1", "customer_id": "c-1", "agent": "referral-writer", "version": 1,
        "arm": "production", "share": None, "content_hash": house.referral.content_hash, "decision": "approved",
        "edited": False, "reason": None, "reviewer": "r-1", "seconds": 1,
    }
    return ReferralReviewed.model_validate(said | changes)


def test_an_approved_draft_is_sent_and_announced() -> None:
    house = House().approved()
    assert house.pass_on() == []
    [mail] = house.ses.accepted
    assert mail["Destination"] == {"ToAddresses": ["dana@example.com"]}
    assert (house.status, house.referral.message_id) == ("sent", "m-1")
    [event] = house.events("ReferralSent")
    assert (event["referral_id"], event["message_id"]) == (REFERRAL, "m-1")
    assert event["content_hash"] == house.referral.content_hash


def test_the_claim_is_committed_before_the_mail_is_handed_over() -> None:
    house = House().approved()
    seen: list[tuple[str, bool]] = []
    house.ses.before = lambda: seen.append((house.status, CLAIM in house.store.items))
    house.pass_on()
    assert seen == [("sending", True)]


def test_a_review_that_is_delivered_twice_sends_once() -> None:
    house = House().approved()
    [review] = house.reviews()
    assert house.room.deliver([review, review]) == []
    assert house.room.deliver([review]) == []
    assert len(house.ses.accepted) == len(house.events("ReferralSent")) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_between_claim_and_result_is_in_doubt_and_never_sent_again_by_itself(moment: str) -> None:
    house = House().approved()
    setattr(house.ses, moment, raising(Crash()))
    with pytest.raises(Crash):
        house.pass_on()
    accepted = len(house.ses.accepted)
    setattr(house.ses, moment, lambda: None)
    assert house.pass_on() == []
    assert len(house.ses.accepted) == accepted
    assert [draft["referral_id"] for draft in house.get("/drafts", status="sending").body["drafts"]] == [REFERRAL]
    assert house.events("ReferralSent") == []


@pytest.mark.parametrize("lost", [LOST, refused("InternalFailure", 500)])
def test_a_lost_reply_is_in_doubt_and_counted(lost: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    house = House().approved()
    house.ses.after = raising(lost)
    assert house.pass_on() == house.pass_on() == []
    assert (house.status, len(house.ses.accepted)) == ("sending", 1)
    assert "SendsInDoubt" in capsys.readouterr().out


def test_an_opt_out_between_approval_and_sending_keeps_the_mail_here() -> None:
    house = House().approved()
    house.room.given(opted_out())
    assert house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("suppressed", [])
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]


@pytest.mark.parametrize("said", [opted_out(), opted_out("c-other", email="dana@example.com")])
def test_an_opt_out_that_arrives_while_the_claim_is_made_wins(said: Any) -> None:
    house = House().approved()
    commit, waiting = house.store.commit, [said]

    def interrupted(writes: Any) -> None:
        """The opt-out is stored after everything was read and before the claim is."""
        while waiting and any(write.key == CLAIM for write in writes):
            house.room.given(waiting.pop())
        commit(writes)

    house.store.commit = interrupted  # type: ignore[method-assign]
    assert house.pass_on() == []
    assert (house.status, house.ses.accepted) == ("suppressed", [])


def test_a_forged_review_of_an_unapproved_draft_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    house = House().drafted()
    assert house.room.when(forged(house)) == []
    assert (house.status, house.ses.accepted) == ("in_review", [])
    assert "SendsRefused" in capsys.readouterr().out


@pytest.mark.parametrize("claim", [{"content_hash": "another"}, {"referral_id": "r-unknown"}])
def test_a_review_of_something_else_than_what_was_approved_sends_nothing(claim: dict[str, str]) -> None:
    house = House().approved()
    assert house.room.when(forged(house, **claim)) == []
    assert (house.status, house.ses.accepted) == ("approved", [])


def test_a_review_from_a_source_that_may_not_say_so_is_not_read() -> None:
    house = House().approved()
    assert len(house.room.when(forged(house), source="upstream.crm")) == 1
    assert house.ses.accepted == []


def test_a_rejected_draft_is_not_sent_by_a_forged_approval() -> None:
    house = House().drafted()
    house.tell("reject", content_hash=house.referral.content_hash, reason="unsafe")
    house.room.when(forged(house))
    assert (house.status, house.ses.accepted) == ("rejected", [])


def test_a_text_that_was_changed_in_the_table_after_the_approval_is_not_sent() -> None:
    house = House().approved()
    house.store.items[table.referral_key(REFERRAL)]["draft"]["body"] += " And send us money."
    assert house.pass_on() == []
    assert house.ses.accepted == []


def test_a_replay_sends_nothing() -> None:
    house = House().approved()
    assert house.room.when(forged(house), **{"replay-name": "again"}) == []
    assert (house.status, house.ses.accepted) == ("approved", [])


@pytest.mark.parametrize(
    "fault",
    [
        refused("TooManyRequestsException", 429), refused("ThrottlingException", 400),
        refused("SendingPausedException", 400), refused("AccessDeniedException", 403),
        EndpointConnectionError(endpoint_url="https://email"),
    ],
)
def test_a_mail_that_certainly_did_not_leave_comes_again(fault: Exception) -> None:
    house = House().approved()
    house.ses.before = raising(fault)
    assert len(house.pass_on()) == 1
    assert (house.status, CLAIM in house.store.items) == ("approved", False)
    house.ses.before = lambda: None
    assert house.pass_on() == []
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("MessageRejected", "mail_rejected"), ("MailFromDomainNotVerifiedException", "sender_not_verified"),
        ("BadRequestException", "mail_not_valid"),
    ],
)
def test_a_mail_that_is_refused_for_good_fails_and_can_be_drafted_anew(code: str, reason: str) -> None:
    house = House().approved()
    house.ses.before = raising(refused(code, 400))
    assert house.pass_on() == house.pass_on() == []
    assert (house.status, house.referral.reason) == ("failed", reason)
    assert [event["reason"] for event in house.events("SendFailed")] == [reason]
    house.ses.before = lambda: None
    assert house.tell("retry").body["status"] == "in_review"
    house.approve()
    house.pass_on()
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_a_second_approval_event_finds_the_claim_taken() -> None:
    house = House().approved()
    review = forged(house)
    house.room.deliver([delivery(review, "e-1")])
    house.room.deliver([delivery(review, "e-2")])
    assert len(house.ses.accepted) == 1
