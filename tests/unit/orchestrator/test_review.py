"""A person looks at a draft and decides on exactly what was shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.orchestrator import table
from tests.harness.facts import job
from tests.harness.outside import BODY, SUBJECT, raising, refused, written
from tests.unit.orchestrator.story import REFERRAL, House, coded, opted_out, prepared

BETTER = "Hello Dana,\n\nyour roof is tight again. Do you know somebody whose roof is not? We would love to help."


@pytest.fixture
def house() -> House:
    return House().drafted()


def test_the_queue_is_oldest_first_and_goes_on_where_it_stopped(house: House) -> None:
    for number in (2, 3):
        house.room.given(job(f"s-{number}"), prepared(f"s-{number}"))
    first = house.get("/drafts", status="in_review", limit=2).body
    rest = house.get("/drafts", limit=2, after=first["next"]).body
    listed = [draft["created_at"] for draft in (*first["drafts"], *rest["drafts"])]
    assert listed == sorted(listed) and len(listed) == 3
    assert house.get("/drafts", after=rest["next"]).body == {"drafts": [], "next": None}


def test_a_line_of_the_queue_tells_what_it_is_about(house: House) -> None:
    [line] = house.get("/drafts").body["drafts"]
    assert (line["referral_id"], line["status"], line["subject"]) == (REFERRAL, "in_review", SUBJECT)
    assert (line["agent"], line["edited"]) == ("referral-writer", False)
    assert "body" not in line


@pytest.mark.parametrize("query", [{"status": "lost"}, {"limit": 0}, {"limit": 1000}])
def test_a_query_that_makes_no_sense_is_refused(house: House, query: dict[str, Any]) -> None:
    assert house.get("/drafts", **query).status == 422


def test_a_draft_shows_what_a_reviewer_needs(house: House) -> None:
    page = house.get(f"/drafts/{REFERRAL}").body
    assert (page["body"], page["content_hash"]) == (coded(), house.referral.content_hash)
    assert page["recipient"] == {"email": "dana@example.com", "name": "Dana Example"}
    assert (page["facts"]["given_name"], page["notes"]) == ("Dana", "Replaced twelve tiles.")
    assert page["edited_by"] is None
    assert page["sender"] == "Example Home Services <hello@example.com>"
    assert "1 Example Street, Exampletown" in page["footer"]


TELLING = (
    "version", "config_hash", "arm", "share", "rollout_id", "counts", "prompt_hash", "input_tokens", "output_tokens",
    "latency_ms", "cost_usd",
)


def test_nobody_sees_by_which_version_a_draft_is_before_it_is_decided(house: House) -> None:
    [listed] = house.get("/drafts").body["drafts"]
    pages = [listed, house.get(f"/drafts/{REFERRAL}").body, house.tell("open").body]
    pages.append(house.tell("edit", content_hash=house.referral.content_hash, subject=SUBJECT, body=BETTER).body)
    assert [page[name] for page in pages for name in TELLING if name in page and page[name] is not None] == []
    assert "hash-1" not in str(pages)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_once_it_is_decided_it_is_seen_who_wrote(house: House, decision: str) -> None:
    done = house.tell(decision, content_hash=house.referral.content_hash, reason="other").body
    assert (done["version"], done["arm"], done["config_hash"], done["counts"]) == (1, "production", "hash-1", False)
    page = house.get(f"/drafts/{REFERRAL}").body
    assert (page["version"], page["input_tokens"], page["cost_usd"]) == (1, 400, "0")


@pytest.mark.parametrize(("verb", "path"), [("GET", ""), ("GET", "/similar"), ("POST", "/retry")])
def test_an_unknown_referral_is_named(house: House, verb: str, path: str) -> None:
    answer = house.call(verb, f"/drafts/r-unknown{path}")
    assert (answer.status, answer.code) == (404, "not_found")


def test_an_approval_is_announced_with_exactly_the_content(house: House) -> None:
    answer = house.approve()
    assert (answer.status, answer.body["status"], house.status) == (200, "approved", "approved")
    [event] = house.events("ReferralReviewed")
    assert event["content_hash"] == house.referral.content_hash
    assert (event["decision"], event["reviewer"], event["edited"], event["reason"]) == ("approved", "r-1", False, None)
    assert (event["arm"], event["share"], event["seconds"]) == ("production", None, None)


def test_the_seconds_are_counted_from_the_first_time_it_was_shown(house: House) -> None:
    house.tell("open")
    key = table.referral_key(REFERRAL)
    shown = datetime.fromisoformat(house.store.items[key]["shown_at"])
    house.store.items[key]["shown_at"] = (shown - timedelta(seconds=42)).isoformat()
    house.tell("open")
    house.approve()
    assert house.events("ReferralReviewed")[0]["seconds"] == 42


def test_looking_at_a_draft_writes_nothing(house: House) -> None:
    before = house.store.commits
    house.get(f"/drafts/{REFERRAL}")
    house.get("/drafts")
    assert house.store.commits == before


def test_a_draft_that_changed_after_it_was_shown_can_not_be_approved(house: House) -> None:
    shown = house.referral.content_hash
    house.tell("edit", content_hash=shown, subject=SUBJECT, body=BETTER)
    answer = house.approve(shown)
    assert (answer.status, answer.code) == (409, "content_changed")
    assert "look again" in answer.body["message"]
    assert house.events("ReferralReviewed") == []


def test_an_edit_stays_in_review_under_another_hash_and_is_told_with_the_decision(house: House) -> None:
    before = house.referral
    answer = house.tell("edit", content_hash=before.content_hash, subject="Your roof", body=BETTER + "\u200b")
    assert (answer.status, answer.body["status"], answer.body["edited"]) == (200, "in_review", True)
    assert answer.body["content_hash"] != before.content_hash
    after = house.referral.draft
    assert after and (after.subject, after.body, after.edited_by) == ("Your roof", BETTER, "r-1")
    house.approve()
    assert house.events("ReferralReviewed")[0]["edited"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hi\r\nBcc: x@example.com"}, {"body": "short"}, {"body": f"<b>{BODY}</b>"},
        {"reviewer": "r@example.com"},
    ],
)
def test_an_edit_is_held_to_the_rules_of_a_draft(house: House, change: dict[str, str]) -> None:
    asked = {"content_hash": house.referral.content_hash, "subject": SUBJECT, "body": BETTER} | change
    answer = house.tell("edit", **asked)
    assert (answer.status, answer.code) == (422, "invalid")
    assert house.referral.draft and house.referral.draft.body == coded()


@pytest.mark.parametrize("second", ["approve", "reject", "edit"])
def test_what_is_decided_stays_decided_and_by_whom_is_said(second: str) -> None:
    house = House().approved()
    asked = {"content_hash": house.referral.content_hash, "reason": "other", "subject": SUBJECT, "body": BETTER}
    answer = house.tell(second, **asked, reviewer="r-2")
    assert (answer.status, answer.code) == (409, "already_decided")
    assert "approved by r-1 at 20" in answer.body["message"]
    assert len(house.events("ReferralReviewed")) == 1


def test_a_rejection_has_a_reason_from_the_list(house: House) -> None:
    content = house.referral.content_hash
    assert house.tell("reject", content_hash=content, reason="I just don't like it").status == 422
    assert house.tell("reject", content_hash=content, reason="wrong_tone").status == 200
    [event] = house.events("ReferralReviewed")
    assert (event["decision"], event["reason"]) == ("rejected", "wrong_tone")
    assert house.get("/drafts").body["drafts"] == []
    assert len(house.get("/drafts", status="rejected").body["drafts"]) == 1


def test_an_approval_after_an_opt_out_takes_the_draft_out_of_the_queue(house: House) -> None:
    house.room.given(opted_out())
    answer = house.approve()
    assert (answer.status, answer.code) == (409, "opted_out")
    assert house.status == "suppressed"
    assert house.events("ReferralReviewed") == []
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]


def test_a_failed_draft_is_retried_by_a_person() -> None:
    house = House(refused("ValidationException", 400), written()).drafted()
    assert house.get("/drafts", status="failed").body["drafts"][0]["reason"] == "model_not_usable"
    answer = house.tell("retry")
    assert (answer.status, answer.body["status"], answer.body["attempts"]) == (200, "in_review", 2)
    [event] = house.events("ReferralDrafted")
    assert event["draft_id"] == answer.body["draft_id"]


def test_a_retry_that_fails_again_says_so_at_once() -> None:
    house = House(refused("ValidationException", 400), refused("ThrottlingException", 429)).drafted()
    answer = house.tell("retry")
    assert (answer.body["status"], answer.body["reason"]) == ("failed", "model_throttled")
    assert [event["reason"] for event in house.events("DraftFailed")] == ["model_not_usable", "model_throttled"]


def test_only_a_failed_draft_is_retried(house: House) -> None:
    answer = house.tell("retry")
    assert (answer.status, answer.code) == (409, "not_failed")


def test_a_mail_in_doubt_is_settled_only_when_it_can_no_longer_be_on_its_way() -> None:
    house = in_doubt()
    answer = house.tell("settle", message_id=None)
    assert (answer.status, answer.code) == (409, "still_sending")


def test_a_mail_in_doubt_that_never_left_is_reviewed_again_and_then_sent_once() -> None:
    house = long_in_doubt()
    assert house.tell("settle", message_id=None).body["status"] == "in_review"
    house.ses.before = lambda: None
    house.approve()
    house.pass_on()
    assert (house.status, len(house.ses.accepted)) == ("sent", 1)


def test_a_mail_in_doubt_that_did_leave_is_told_as_sent() -> None:
    house = long_in_doubt()
    assert house.tell("settle", message_id="m-found").body["status"] == "sent"
    assert [event["message_id"] for event in house.events("ReferralSent")] == ["m-found"]
    house.pass_on()
    assert house.ses.accepted == []


def test_nothing_else_is_settled(house: House) -> None:
    answer = house.tell("settle", message_id="m-1")
    assert (answer.status, answer.code) == (409, "not_in_doubt")


def in_doubt() -> House:
    house = House().approved()
    house.ses.before = raising(refused("InternalFailure", 500))
    house.pass_on()
    assert house.status == "sending"
    return house


def long_in_doubt() -> House:
    house = in_doubt()
    claimed_at = house.referral.claimed_at
    assert claimed_at
    house.store.items[table.referral_key(REFERRAL)]["claimed_at"] = (claimed_at - timedelta(minutes=16)).isoformat()
    return house
