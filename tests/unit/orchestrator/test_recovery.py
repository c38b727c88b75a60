"""A table that was restored from a backup: what left does not leave again, and what was decided stays decided."""

from typing import Any

import pytest

from services.orchestrator import table
from tests.harness.facts import erased
from tests.unit.orchestrator.story import REFERRAL, House, delivery, prepared

CLAIM = table.claim_key(REFERRAL)
AT = "2026-11-21T09:00:00Z"


class Restored(House):
    """A house that goes back to how its table was at a moment."""

    def remember(self) -> "Restored":
        self.backup = dict(self.store.items)
        return self

    def restore(self) -> "Restored":
        """What was said since then is in the event log, and nowhere else."""
        self.said = {kind: self.events(kind)[-1:] for kind in ("ReferralDrafted", "ReferralReviewed", "ReferralSent")}
        self.lost = self.reviews()
        self.store.items.clear()
        self.store.items.update(self.backup)
        return self

    def recover(self, status: str, customer: str = "c-1") -> str:
        told: dict[str, Any] = {"drafted": "ReferralDrafted", "reviewed": "ReferralReviewed"}
        heard = {name: self.said[kind][0] for name, kind in told.items() if self.said[kind]}
        message = {"message_id": self.said["ReferralSent"][0]["message_id"]} if status == "sent" else {}
        known = prepared(customer_id=customer).model_dump(mode="json")
        said = {"status": status, "at": AT, "prepared": known, **heard, **message}
        answer = self.post(f"/drafts/{REFERRAL}/recover", said)
        assert answer.status == 200, answer.body
        return str(answer.body["status"])

    def come_again(self) -> None:
        """Whatever a queue or a person may still do about it."""
        self.room.deliver([*self.lost, delivery(prepared(), "e-again")])
        if self.referral.content_hash:
            self.approve()
        self.pass_on()


def in_review() -> Restored:
    return Restored().drafted().remember()  # type: ignore[attr-defined, no-any-return]


def in_production() -> Restored:
    return Restored().ready().remember()  # type: ignore[attr-defined, no-any-return]


def sent(house: Restored) -> Restored:
    if not house.store.items.get(table.referral_key(REFERRAL)):
        house.room.given(prepared())
    house.approve()
    house.pass_on()
    assert len(house.ses.accepted) == 1
    return house.restore()


@pytest.mark.parametrize("before", [in_review, in_production])
def test_a_mail_that_left_after_the_backup_does_not_leave_again(before: Any) -> None:
    house = sent(before())
    assert (house.recover("sent"), CLAIM in house.store.items) == ("sent", True)
    house.come_again()
    assert (len(house.ses.accepted), house.status, house.referral.message_id) == (1, "sent", "m-1")


def test_without_that_it_would() -> None:
    house = sent(in_review())
    house.come_again()
    assert len(house.ses.accepted) == 2


@pytest.mark.parametrize("approved_before", [False, True])
def test_an_approved_mail_of_which_nobody_heard_any_more_waits_for_a_person(approved_before: bool) -> None:
    house = in_review()
    house.approve()
    (house.remember() if approved_before else house).restore()
    assert house.recover("approved") == "sending"
    house.come_again()
    assert (house.ses.accepted, house.status) == ([], "sending")
    assert house.tell("settle", message_id=None).body["status"] == "in_review"
    house.approve()
    house.pass_on()
    assert (len(house.ses.accepted), house.status) == (1, "sent")


@pytest.mark.parametrize("before", [in_review, in_production])
def test_a_mail_that_is_said_to_be_on_its_way_is_claimed_and_waits_for_a_person(before: Any) -> None:
    house = sent(before())
    assert (house.recover("sending"), CLAIM in house.store.items) == ("sending", True)
    house.come_again()
    assert (len(house.ses.accepted), house.status) == (1, "sending")
    assert house.tell("settle", message_id="m-1").body["status"] == "sent"


def test_where_its_words_are_lost_it_is_written_anew_once_it_is_known_that_it_never_left() -> None:
    house = in_production()
    house.room.given(prepared())
    house.approve()
    house.restore()
    assert house.recover("approved") == "sending"
    house.come_again()
    assert house.tell("settle", message_id=None).body["status"] == "failed"
    assert (house.referral.reason, house.tell("retry").body["status"]) == ("restored", "in_review")
    house.approve()
    house.pass_on()
    assert (len(house.ses.accepted), house.status) == (1, "sent")


def test_what_was_found_to_have_left_is_told_with_its_draft() -> None:
    house = in_production()
    house.room.given(prepared())
    house.approve()
    house.restore().recover("approved")
    assert house.tell("settle", message_id="m-found").body["status"] == "sent"
    [told] = house.events("ReferralSent")
    assert (told["message_id"], told["content_hash"]) == ("m-found", house.said["ReferralReviewed"][0]["content_hash"])


def test_a_rejection_stays_one() -> None:
    house = in_review()
    house.tell("reject", content_hash=house.referral.content_hash, reason="wrong_tone")
    assert house.restore().recover("rejected") == "rejected"
    assert house.approve().code == "already_decided"


def test_a_draft_that_was_lost_is_written_anew() -> None:
    house = in_production()
    house.room.given(prepared())
    assert house.restore().recover("in_review") == "failed"
    assert house.tell("retry").body["status"] == "in_review"


def test_what_the_table_knows_stays_and_repeating_changes_nothing() -> None:
    house = in_review().restore()
    before = house.state()
    assert (house.recover("in_review"), house.state()) == ("in_review", before)
    house = sent(in_review())
    house.recover("sent")
    before, said = house.state(), house.details("ReferralSent")
    assert (house.recover("sent"), house.state(), house.details("ReferralSent")) == ("sent", before, said)


@pytest.mark.parametrize("behind", ["in_review", "approved", "rejected"])
def test_what_left_is_not_taken_back_by_a_log_that_is_behind(behind: str) -> None:
    house = sent(in_review())
    house.recover("sent")
    assert house.recover(behind) == "sent"
    house = in_review()
    house.approve()
    house.restore()
    house.recover("approved")
    assert house.recover(behind) == "sending"


def test_a_mail_in_doubt_of_which_the_log_knows_that_it_left_is_sent() -> None:
    house = sent(in_review())
    house.recover("approved")
    assert (house.recover("sent"), house.referral.message_id) == ("sent", "m-1")


def test_whoever_is_erased_is_not_brought_back() -> None:
    house = sent(in_production())
    house.room.when(erased())
    house.recover("sent")
    assert (house.status, house.referral.prepared.given_name) == ("sent", None)


def test_only_what_was_prepared_for_it_is_taken() -> None:
    house = in_review()
    known = prepared().model_dump(mode="json")
    answer = house.post("/drafts/r-0000/recover", {"status": "sent", "at": AT, "prepared": known})
    assert (answer.status, answer.code) == (409, "another_referral")
