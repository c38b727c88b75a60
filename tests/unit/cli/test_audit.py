"""The audit finds every mail that should not have left, and nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cli.auditing import Audit, audit
from tests.unit.cli.laptop import Laptop, referral, told

MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)


def row(
    minute: float, said: str, event_id: str = "", cause: str | None = None, late: float = 0, **data: Any,
) -> dict[str, Any]:
    """What the log has of something that was said so many minutes into the day, and heard so much later."""
    upstream = said.startswith("Customer")
    at = MORNING + timedelta(minutes=minute)
    about = {"customer_id": "c-1"} if upstream else {"referral_id": "r-1", "customer_id": "c-1", "draft_id": "d-1"}
    return {
        "detail_type": said, "event_id": event_id or f"{said}-{minute}", "causation_id": cause, "producer": "x",
        "source": "upstream.crm" if upstream else "referral.orchestrator", "occurred_at": at.isoformat(),
        "recorded_at": (at + timedelta(minutes=late)).isoformat(), "data": about | data,
        "correlation_id": "customer-c-1" if upstream else (about | data)["referral_id"], "replay": None,
    }


def approved(minute: float = 2, content: str = "hash", **data: Any) -> dict[str, Any]:
    return row(minute, "ReferralReviewed", decision="approved", content_hash=content, **data)


def sent(minute: float = 3, content: str = "hash", event_id: str = "e-sent", **data: Any) -> dict[str, Any]:
    return row(minute, "ReferralSent", event_id, content_hash=content, **data)


def codes(found: Audit) -> list[str]:
    return [one.code for one in found.violations]


def test_a_mail_that_was_approved_and_then_sent_is_clean() -> None:
    found = audit([sent(), approved()])
    assert (found.sent, found.approved, found.violations, found.pending, found.told_late) == (1, 1, [], [], [])


EARLIER = [approved(0, referral_id="r-0"), sent(0.5, event_id="e-0", referral_id="r-0")]
BOUNCED = row(1, "ReferralBounced", kind="permanent", referral_id="r-0")
SPAM = row(1, "ReferralComplained", referral_id="r-0")
PLANTED = {
    "nobody approved it": ([sent()], ["not_approved"]),
    "another content was approved": ([approved(content="other"), sent()], ["not_approved"]),
    "the approval is another referral's": ([approved(referral_id="r-2"), sent()], ["not_approved"]),
    "it was rejected": ([approved() | {"data": approved()["data"] | {"decision": "rejected"}}, sent()], ["not_approved"]),
    "it was approved afterwards": ([approved(4), sent(3)], ["not_approved"]),
    "it was taken back in between": ([approved(), row(2.5, "DraftWithdrawn"), sent()], ["taken_back"]),
    "it was sent twice": ([approved(), sent(), sent(4, event_id="e-again")], ["sent_twice"]),
    "the customer had opted out": ([approved(), row(1, "CustomerOptedOut"), sent()], ["opted_out"]),
    "the customer was erased": ([approved(), row(1, "CustomerErased"), sent()], ["erased"]),
    "an earlier mail had bounced for good": ([*EARLIER, BOUNCED, approved(), sent()], ["bounced"]),
    "an earlier mail was called spam": ([*EARLIER, SPAM, approved(), sent()], ["complained"]),
    "it happened at the very same moment": ([approved(), sent(event_id="a"), sent(event_id="b")], ["sent_twice"]),
}


WISH = {"source": "referral.orchestrator", "correlation_id": "r-1"}
OFTEN = [approved(), sent(), approved(referral_id="r-2"), sent(60 * 24 * 89, event_id="e-2", referral_id="r-2")]


def test_no_mail_follows_a_click_on_unsubscribe_not_even_in_the_same_second() -> None:
    clicked = row(2.999, "CustomerOptedOut") | WISH
    assert codes(audit([approved(), clicked, sent(3)])) == ["opted_out"]


def test_a_mail_that_had_left_before_the_click_and_is_told_after_it_is_nobodys_fault() -> None:
    clicked = row(2.5, "CustomerOptedOut") | WISH
    claimed = (MORNING + timedelta(minutes=2.4)).isoformat()
    found = audit([approved(1), clicked, sent(3, claimed_at=claimed)])
    assert (codes(found), found.told_late) == ([], [])


def test_a_bounce_that_may_pass_and_one_of_the_mail_itself_are_nobodys_fault() -> None:
    passing = row(1, "ReferralBounced", kind="transient", referral_id="r-0")
    its_own = row(2.9, "ReferralBounced", kind="permanent")
    claimed = (MORNING + timedelta(minutes=2.4)).isoformat()
    found = audit([*EARLIER, passing, approved(), its_own, sent(claimed_at=claimed)])
    assert (codes(found), found.told_late) == ([], [])


def test_a_customer_who_was_asked_too_often_is_found() -> None:
    assert codes(audit(OFTEN, between=timedelta(days=90))) == ["asked_too_often"]
    assert codes(audit(OFTEN, between=timedelta(days=88))) == codes(audit(OFTEN)) == []


@pytest.mark.parametrize("story", PLANTED)
def test_what_was_planted_is_found_and_nothing_else(story: str) -> None:
    rows, wanted = PLANTED[story]
    innocent = [
        approved(referral_id="r-9", customer_id="c-9"), sent(event_id="e-9", referral_id="r-9", customer_id="c-9"),
    ]
    for order in (rows + innocent, (rows + innocent)[::-1]):
        assert codes(audit(order)) == wanted


def test_an_approval_that_caused_the_mail_came_before_it_whatever_the_clocks_say() -> None:
    review = approved(3.001) | {"event_id": "e-1"}
    assert audit([review, sent(3) | {"causation_id": "e-1"}]).violations == []


def test_a_wish_that_was_heard_after_the_mail_had_left_is_told_and_is_no_violation() -> None:
    found = audit([approved(), sent(), row(1, "CustomerOptedOut", late=10)])
    assert (found.violations, [one.code for one in found.told_late]) == ([], ["opted_out"])


def test_a_wish_that_is_uttered_later_is_nobodys_fault() -> None:
    found = audit([approved(), sent(), row(9, "CustomerErased")])
    assert (found.violations, found.told_late) == ([], [])


@pytest.mark.parametrize("end", ["ReferralSent", "SendFailed", "ReferralSuppressed", "DraftWithdrawn"])
def test_an_approval_ends_in_one_of_these_ways(end: str) -> None:
    assert audit([approved(), row(3, end, content_hash="hash")]).pending == []


def test_an_approval_that_came_to_no_end_is_pending() -> None:
    earlier = [row(1, "DraftWithdrawn")]
    assert [one["data"]["referral_id"] for one in audit([approved(), *earlier]).pending] == ["r-1"]


def test_since_judges_later_mails_by_all_that_was_said_before() -> None:
    rows = [approved(), sent(), sent(4, event_id="e-again"), sent(referral_id="r-2", event_id="e-2")]
    found = audit(rows, since=MORNING + timedelta(minutes=3.5))
    assert (found.sent, codes(found)) == (1, ["sent_twice"])


class Log:
    """The event log's table, with these rows in it."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows

    def get_paginator(self, verb: str) -> "Log":
        return self

    def paginate(self, ExpressionAttributeValues: dict[str, Any], **asked: Any) -> Iterator[dict[str, Any]]:
        named = {value["S"] for value in ExpressionAttributeValues.values()}
        items = [{name: {"S": str(value)} for name, value in flat(one).items()} for one in self.rows]
        yield {"Items": [item for item in items if {item["detail_type"]["S"], item["correlation_id"]["S"]} & named]}


def flat(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (one | {"data": json.dumps(one["data"])}).items() if value is not None}


def of(*rows: dict[str, Any]) -> Laptop:
    return Laptop(clients={"dynamodb": Log(*rows)})


def test_a_clean_log_ends_well() -> None:
    answer = told("audit", account=of(approved(), sent(), approved(5, referral_id="r-2")))
    assert (answer["clean"], answer["sent"], answer["approved"]) == (True, 1, 2)
    assert [one["referral_id"] for one in answer["pending"]] == ["r-2"]
    assert "Clean: 1 sent" in referral("audit", account=of(approved(), sent())).stdout


def test_a_violation_ends_with_an_error_and_says_what_led_to_it() -> None:
    drafted = row(1, "ReferralDrafted", "e-draft")
    review = approved(content="other") | {"event_id": "e-review", "causation_id": "a-command"}
    log = of(drafted, review, sent() | {"causation_id": "e-review"}, row(0, "CustomerErased", "e-wish"))
    done = referral("audit", "--json", account=log)
    answer = json.loads(done.stdout)
    assert (done.exit_code, answer["clean"]) == (1, False)
    assert {one["code"]: one["against"] and one["against"]["event_id"] for one in answer["violations"]} == {
        "not_approved": None, "erased": "e-wish",
    }
    assert [step["event_id"] for step in answer["violations"][0]["chain"]] == ["e-draft", "e-review", "e-sent"]
    drawn = referral("audit", account=log)
    assert drawn.exit_code == 1
    assert "2 violations" in drawn.stdout and "ReferralDrafted" in drawn.stdout
