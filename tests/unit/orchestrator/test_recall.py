"""A rollback takes back what the candidate wrote and what has not left, and wins every race."""

from typing import Any

import pytest

from services.orchestrator import table
from shared.assignment import Split
from shared.events.orchestrator import DraftWithdrawn
from shared.events.upstream import referral_id
from tests.harness.facts import job
from tests.harness.outside import Crash, raising, refused, written
from tests.harness.rollouts import FIRST, SECOND, completed, rolled_back, started
from tests.unit.orchestrator.rollouts import CANDIDATE, asked, by_candidate, trial
from tests.unit.orchestrator.story import CONFIG, REFERRAL, House, delivery, moved, opted_out, prepared, registered

ROLLED_BACK = delivery(rolled_back(), "e-rolled-back")


def recall(house: House) -> list[str]:
    return house.recalls.deliver([ROLLED_BACK])


def statuses(house: House) -> list[str]:
    return [item["status"] for (_, sk), item in house.store.items.items() if sk == "STATE"]


def many(house: House, in_review: int, approved: int) -> House:
    """So many drafts of the candidate, and a few that are none of its."""
    for number in range(in_review + approved):
        customer = {"customer_id": f"c-{number}"}
        house.room.given(job(f"m-{number}", customer__customer_id=f"c-{number}"), prepared(f"m-{number}", **customer))
        if number < approved:
            decide(house, referral_id(f"m-{number}"))
    return house


def decide(house: House, referral: str, verb: str = "approve", **more: Any) -> Any:
    content = house.get(f"/drafts/{referral}").body["content_hash"]
    return house.post(f"/drafts/{referral}/{verb}", {"content_hash": content, "reviewer": "r-1"} | more)


def test_a_draft_in_review_is_taken_back_and_written_anew_once_by_the_serving_version() -> None:
    house = by_candidate()
    house.room.given(rolled_back())
    before = house.referral
    assert recall(house) == []
    assert house.status == "withdrawn"
    [event] = house.events("DraftWithdrawn")
    assert (event["referral_id"], event["reason"]) == (REFERRAL, "rolled_back")
    assert event["content_hash"] == before.content_hash
    assert (event["version"], event["arm"], event["share"], event["rollout_id"]) == (2, "candidate", 10, "ro-1")
    assert house.draft_anew() == house.draft_anew() == []
    assert house.status == "in_review" and house.referral.created_at == before.created_at
    again = house.events("ReferralDrafted")[1:]
    assert [(e["version"], e["arm"], e["rollout_id"], e["counts"]) for e in again] == [(1, "production", None, False)]
    assert again[0]["draft_id"] != event["draft_id"]
    assert asked(house) == [CANDIDATE.system_prompt, CONFIG.system_prompt]
    assert house.approve().status == 200
    house.pass_on()
    assert house.status == "sent"


def test_a_withdrawal_belongs_to_the_referral_and_names_the_rollback_as_its_cause() -> None:
    house = by_candidate()
    recall(house)
    [detail] = house.details("DraftWithdrawn")
    assert (detail["metadata"]["correlation_id"], detail["metadata"]["causation_id"]) == (REFERRAL, "e-rolled-back")


def test_a_rollback_with_two_hundred_in_review_and_twenty_approved_takes_back_each_once() -> None:
    house = many(trial(percent=100), in_review=200, approved=20)
    approvals = house.reviews()
    house.room.given(rolled_back())
    assert recall(house) == recall(house) == []
    assert statuses(house) == ["withdrawn"] * 220
    taken = [event["draft_id"] for event in house.events("DraftWithdrawn")]
    assert len(taken) == len(set(taken)) == 220
    assert house.room.deliver(approvals) == []
    assert house.ses.accepted == []
    assert house.draft_anew() == []
    assert statuses(house) == ["in_review"] * 220
    assert {(e["version"], e["arm"]) for e in house.events("ReferralDrafted")[220:]} == {(1, "production")}


def test_what_control_wrote_and_what_is_decided_stays() -> None:
    house = trial(percent=50)
    split = Split(FIRST, 50)
    many(house, in_review=12, approved=0)
    rejected, *theirs = [n for n in range(12) if split.to_candidate(f"c-{n}")]
    decide(house, referral_id(f"m-{rejected}"), "reject", reason="other")
    recall(house)
    taken = {event["referral_id"] for event in house.events("DraftWithdrawn")}
    assert taken == {referral_id(f"m-{n}") for n in theirs} and len(taken) not in (0, 11)


def test_a_draft_of_another_rollout_stays() -> None:
    house = by_candidate()
    house.room.given(rolled_back(), started(rollout_id="ro-2"), job("s-2"), prepared("s-2"))
    recall(house)
    assert [event["referral_id"] for event in house.events("DraftWithdrawn")] == [REFERRAL]


def test_a_recall_that_was_killed_goes_on_where_it_stopped() -> None:
    house = many(trial(percent=100), in_review=4, approved=1)
    house.disturbed.meanwhile += [raising(Crash()), *[lambda: None] * 3]
    with pytest.raises(Crash):
        recall(house)
    assert statuses(house).count("withdrawn") == 2
    assert recall(house) == []
    assert statuses(house) == ["withdrawn"] * 5
    assert len(house.events("DraftWithdrawn")) == 5


def test_a_recall_that_is_ahead_of_the_fold_writes_the_rollback_down_itself() -> None:
    house = by_candidate()
    recall(house)
    house.room.given(job("s-2"), prepared("s-2"))
    assert house.events("ReferralDrafted")[-1]["arm"] == "production"
    before = house.state()
    assert house.room.deliver([ROLLED_BACK]) == []
    assert house.state() == before


def test_a_replay_recalls_nothing() -> None:
    house = by_candidate()
    assert house.recalls.when(rolled_back(), **{"replay-name": "again"}) == []
    assert house.status == "in_review"


def test_a_draft_that_was_sent_stays_sent() -> None:
    house = by_candidate()
    house.approve()
    house.pass_on()
    recall(house)
    assert (house.status, house.events("DraftWithdrawn")) == ("sent", [])


def test_a_rollback_that_arrives_while_a_mail_is_handed_over_is_too_late_for_it() -> None:
    house = by_candidate()
    house.approve()
    house.ses.before = lambda: recall(house)
    house.pass_on()
    assert (len(house.ses.accepted), house.status, house.events("DraftWithdrawn")) == (1, "sent", [])


def test_a_recall_and_a_person_at_the_same_draft_take_it_back_once() -> None:
    house = by_candidate()
    house.disturbed.meanwhile += [house.approve, lambda: None]  # first the rollback is written down
    assert recall(house) == []
    assert (house.status, len(house.events("DraftWithdrawn"))) == ("withdrawn", 1)


def test_a_rollback_while_a_person_approves_wins() -> None:
    house = by_candidate()
    house.disturbed.meanwhile.append(lambda: house.room.when(rolled_back()))
    answer = house.approve()
    assert (answer.status, answer.code) == (409, "version_withdrawn")
    assert "look again later" in answer.body["message"]
    assert (house.status, house.events("ReferralReviewed")) == ("withdrawn", [])


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_what_the_recall_has_not_reached_is_taken_back_when_a_person_decides(verb: str) -> None:
    house = by_candidate()
    house.room.given(rolled_back())
    answer = house.tell(verb, content_hash=house.referral.content_hash, reason="other")
    assert (answer.status, answer.code) == (409, "version_withdrawn")
    assert (house.status, house.events("ReferralReviewed")) == ("withdrawn", [])
    assert recall(house) == house.draft_anew() == []
    assert (house.status, len(house.events("DraftWithdrawn"))) == ("in_review", 1)


def test_an_approval_of_the_candidate_that_the_recall_has_not_reached_sends_nothing() -> None:
    house = by_candidate()
    house.approve()
    house.room.given(rolled_back())
    assert house.pass_on() == []
    assert (house.ses.accepted, house.status, len(house.events("DraftWithdrawn"))) == ([], "withdrawn", 1)


def test_a_rollback_while_the_claim_is_made_wins() -> None:
    house = by_candidate()
    house.approve()
    house.disturbed.meanwhile.append(lambda: house.room.when(rolled_back()))
    assert house.pass_on() == []
    assert (house.ses.accepted, house.status, len(house.events("DraftWithdrawn"))) == ([], "withdrawn", 1)


def test_a_mail_that_did_not_leave_while_everything_was_recalled_never_does() -> None:
    house = by_candidate()
    house.approve()
    house.ses.before = lambda: (recall(house), raising(refused("ThrottlingException", 400))())
    assert len(house.pass_on()) == 1
    assert house.status == "approved"
    house.ses.before = lambda: None
    assert house.pass_on() == []
    assert (house.ses.accepted, house.status) == ([], "withdrawn")


def test_an_approval_of_what_was_taken_back_and_written_anew_says_nothing_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    house = by_candidate()
    house.approve()
    recall(house)
    house.draft_anew()
    assert house.pass_on() == []
    assert (house.ses.accepted, house.status) == ([], "in_review")
    assert "SendsRefused" not in capsys.readouterr().out


def test_an_old_withdrawal_does_not_speak_for_a_later_one() -> None:
    house = by_candidate()
    recall(house)
    house.draft_anew()
    [old] = house.events("DraftWithdrawn")
    house.store.items[table.referral_key(REFERRAL)]["status"] = "withdrawn"  # what replaced it was taken back as well
    assert house.room.when(DraftWithdrawn.model_validate(old)) == []
    assert house.status == "withdrawn"


def test_a_release_that_is_rolled_back_is_recalled_too_and_its_baseline_writes() -> None:
    house = trial()
    house.room.given(completed(), moved(2, 2, rollout_id="ro-1"), prepared())
    assert house.referral.author and house.referral.author.version == 2
    recall(house)
    assert house.draft_anew() == []
    assert [event["version"] for event in house.events("ReferralDrafted")] == [2, 1]


def test_what_is_written_anew_is_no_trial_of_the_next_rollout() -> None:
    house = by_candidate()
    recall(house)
    house.room.given(started(rollout_id="ro-2"))
    house.draft_anew()
    again = house.events("ReferralDrafted")[-1]
    assert (again["version"], again["arm"], again["rollout_id"], again["counts"]) == (1, "production", None, False)


def test_who_opted_out_meanwhile_gets_no_other_draft() -> None:
    house = by_candidate()
    recall(house)
    house.room.given(opted_out())
    house.draft_anew()
    assert (house.status, house.referral.draft) == ("suppressed", None)


def test_another_draft_that_can_not_be_written_fails_with_a_reason_and_is_retried_by_a_person() -> None:
    busy = refused("ThrottlingException", 429)
    house = by_candidate(House(written(), busy, busy, written()))
    recall(house)
    assert len(house.draft_anew(receives=1)) == 1
    assert house.status == "withdrawn"
    assert house.draft_anew(receives=3) == []
    [event] = house.events("DraftFailed")
    assert (event["reason"], event["version"], event["arm"]) == ("model_throttled", 1, "production")
    assert event["counts"] is False
    assert house.tell("retry").body["status"] == "in_review"
    assert house.events("ReferralDrafted")[-1]["version"] == 1


def test_another_draft_waits_for_a_version_in_production_as_any_other() -> None:
    house = House()
    house.room.given(registered(2, CANDIDATE), job("s-1"), started(), prepared())
    recall(house)
    assert len(house.draft_anew(receives=1)) == 1
    house.room.given(registered(), moved())
    assert house.draft_anew(receives=2) == []
    assert house.events("ReferralDrafted")[-1]["version"] == 1


@pytest.mark.parametrize("verb", ["approve", "reject", "edit", "retry"])
def test_a_draft_that_was_taken_back_is_not_decided_on(verb: str) -> None:
    house = by_candidate()
    recall(house)
    better = {"subject": "Your roof", "body": "Your roof is tight again. Do you know somebody whose roof is not?"}
    answer = house.tell(verb, content_hash=house.referral.content_hash, reason="other", **better)
    assert (answer.status, answer.code) == (409, "not_failed" if verb == "retry" else "not_in_review")
    assert [draft["version"] for draft in house.get("/drafts", status="withdrawn").body["drafts"]] == [2]


def test_control_is_approved_and_sent_after_a_rollback() -> None:
    house = trial(salt=SECOND)
    house.room.given(prepared(), rolled_back())
    recall(house)
    assert house.approve().status == 200
    house.pass_on()
    assert house.status == "sent"


def test_a_withdrawal_of_a_draft_that_was_replaced_changes_nothing() -> None:
    house = by_candidate()
    recall(house)
    house.draft_anew()
    before = house.state()
    [known] = house.events("DraftWithdrawn")
    assert house.room.when(DraftWithdrawn.model_validate(known)) == []
    assert house.state() == before


def test_a_mail_in_doubt_that_never_left_is_withdrawn_with_the_version_that_was_rolled_back_meanwhile() -> None:
    house = by_candidate()
    house.approve()
    house.ses.before = raising(refused("InternalFailure", 500))
    house.pass_on()
    assert (recall(house), house.status) == ([], "sending")
    key = table.referral_key(REFERRAL)
    house.store.items[key]["claimed_at"] = "2026-11-01T08:00:00+00:00"
    assert house.tell("settle", message_id=None).body["status"] == "withdrawn"
    assert house.draft_anew() == []
    assert (house.status, house.referral.author and house.referral.author.version) == ("in_review", 1)
