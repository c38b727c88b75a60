"""The event log as the command reads it: what is new, and one story from its cause to its end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.cli.log import Cursor, EventLog
from infra.cli.session import Account
from infra.cli.story import tree
from infra.platform.event_log import row
from shared import mailbox
from shared.clock import now
from shared.events import Metadata
from shared.events.prep import PreparationRejected, Reason
from shared.events.orchestrator import DraftFailed
from shared.events.upstream import referral_id
from tests.harness.facts import features, job
from tests.harness.room import record
from tests.unit.cli.laptop import referral, told

STORY = referral_id("s-1")
JOB = job("s-1")


@pytest.fixture
def table() -> Iterator[Any]:
    """The event log's table as the platform's template describes it."""
    with mock_aws():
        keys = {"pk": "HASH", "sk": "RANGE"}
        indexes = {name: {f"{name}_pk": "HASH", f"{name}_sk": "RANGE"} for name in ("recent", "rollout")}
        named = [*keys, *(name for index in indexes.values() for name in index)]
        yield boto3.resource("dynamodb", region_name="eu-west-1").create_table(
            TableName="referral-dev-EventLog", BillingMode="PAY_PER_REQUEST", KeySchema=_schema(keys),
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in named],
            GlobalSecondaryIndexes=[
                {"IndexName": name, "KeySchema": _schema(index), "Projection": {"ProjectionType": "ALL"}}
                for name, index in indexes.items()
            ],
        )


def _schema(keys: dict[str, str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()]


def recorded(
    table: Any, event: Any, at: datetime, event_id: str = "", cause: str | None = None, after: float = 0,
) -> None:
    """An event as the platform records it; it occurred so many seconds after the job."""
    occurred = JOB.completed_at + timedelta(seconds=after)
    metadata = Metadata(
        event_id=event_id, occurred_at=occurred, correlation_id=STORY, causation_id=cause, producer=event.source,
    )
    made = row(mailbox.delivery(record(event, metadata=metadata)), "an-object", at.isoformat())
    table.put_item(Item={name: value for name, value in made.items() if value is not None})


@pytest.fixture
def log() -> EventLog:
    return EventLog(Account("dev"))


def test_what_is_new_is_told_once(table: Any, log: EventLog) -> None:
    start = now()
    recorded(table, JOB, start)
    first, cursor = log.events_since(Cursor(start))
    assert [row["detail_type"] for row in first] == ["ServiceCompleted"]
    recorded(table, features(), start + timedelta(seconds=1), "e-1")
    second, cursor = log.events_since(cursor)
    assert [row["event_id"] for row in second] == ["e-1"]
    assert log.events_since(cursor)[0] == []


def test_what_becomes_visible_a_little_late_is_not_missed(table: Any, log: EventLog) -> None:
    start = now() - timedelta(seconds=10)
    recorded(table, features(2), start + timedelta(seconds=2), "e-2")
    _, cursor = log.events_since(Cursor(start))
    recorded(table, features(1), start + timedelta(seconds=1), "e-1")
    assert [row["event_id"] for row in log.events_since(cursor)[0]] == ["e-1"]


def test_an_hour_ago_is_another_partition(table: Any, log: EventLog) -> None:
    recorded(table, features(), now() - timedelta(hours=1), "e-1")
    recorded(table, features(), now(), "e-2", after=1)
    rows, _ = log.events_since(Cursor(now() - timedelta(hours=2)))
    assert [row["event_id"] for row in rows] == ["e-1", "e-2"]


def test_a_rollout_is_read_with_the_referrals_that_it_rests_on_and_no_others(table: Any, log: EventLog) -> None:
    failed = {"referral_id": STORY, "customer_id": "c-1", "agent": "referral-writer", "version": 2, "reason": "x", "attempts": 1}
    recorded(table, DraftFailed(**failed, rollout_id="rollout-1", arm="candidate"), now(), "e-2")
    recorded(table, DraftFailed(**failed, rollout_id="rollout-2"), now(), "e-3", after=1)
    recorded(table, DraftFailed(**failed), now(), "e-4", after=2)
    assert [row["event_id"] for row in log.rollout("rollout-1")] == ["e-2"]


def test_a_row_has_its_data_and_nothing_about_persons(table: Any, log: EventLog) -> None:
    recorded(table, JOB, now())
    [kept] = log.story(STORY)
    assert kept["data"] == {"service_id": "s-1", "customer_id": "c-1"}
    assert datetime.fromisoformat(kept["occurred_at"]) == JOB.completed_at


def test_tail_filters_and_says_a_line_each(table: Any) -> None:
    recorded(table, JOB, now())
    recorded(table, features(), now(), "e-1")
    everything = referral("--account", "dev", "events", "tail", "--no-follow", "--json")
    lines = [json.loads(line) for line in everything.stdout.splitlines()]
    assert [line["detail_type"] for line in lines] == ["ServiceCompleted", "FeaturesUpdated"]
    some = referral("--account", "dev", "events", "tail", "--no-follow", "--type", "FeaturesUpdated")
    assert some.stdout.count("\n") == 1
    assert "referral.features" in some.stdout
    assert "customer_id=c-1" in some.stdout
    assert referral("--account", "dev", "events", "tail", "--no-follow", "--correlation", "r-other").stdout == ""


def test_a_story_is_a_tree_of_causes_with_times(table: Any) -> None:
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)
    recorded(table, JOB, at)
    cause = JOB.metadata().event_id
    recorded(table, features(1), at + timedelta(seconds=1.5), "e-1", cause, after=90_000)
    recorded(table, features(2), at, "e-2", "e-1", after=90_000.75)
    recorded(table, features(3), at, "e-3", "a-command", after=90_009)

    story = told("--account", "dev", "trace", "s-1")
    completed, by_hand = story["events"]
    assert story["referral_id"] == STORY
    assert (completed["detail_type"], completed["seconds_since_cause"]) == ("ServiceCompleted", None)
    [first] = completed["effects"]
    assert (first["event_id"], first["seconds_since_cause"]) == ("e-1", 1.5)
    assert [(effect["event_id"], effect["seconds_since_cause"]) for effect in first["effects"]] == [("e-2", 0.75)]
    assert (by_hand["event_id"], by_hand["effects"]) == ("e-3", [])

    drawn = referral("--account", "dev", "trace", STORY).stdout
    assert "+1.5 s" in drawn
    assert drawn.count("FeaturesUpdated") == 3


def test_a_fact_that_was_said_again_has_no_effect_before_itself(table: Any) -> None:
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)
    recorded(table, features(1), at, "e-1", JOB.metadata().event_id, after=90_000)
    recorded(table, JOB, at + timedelta(days=2))
    [completed] = told("--account", "dev", "trace", "s-1")["events"]
    assert completed["effects"][0]["seconds_since_cause"] is None


def test_a_story_says_why(table: Any) -> None:
    why = [Reason(field="customer.email", code="missing")]
    rejected = PreparationRejected(quarantine_id="q-1", referral_id=STORY, historical=False, reasons=why)
    recorded(table, rejected, now(), "e-1")
    assert "customer.email missing" in referral("--account", "dev", "trace", "s-1").stdout


def test_what_a_person_does_with_a_draft_is_below_the_draft() -> None:
    drafted = told_row("e-1", "ReferralDrafted", "e-0", draft_id="d-1")
    reviewed = told_row("e-2", "ReferralReviewed", "a-command", draft_id="d-1")
    sent = told_row("e-3", "ReferralSent", "e-2", draft_id="d-1")
    [root] = tree([drafted, reviewed, sent])
    [review] = root.effects
    assert [effect.row["event_id"] for effect in review.effects] == ["e-3"]


def told_row(event_id: str, kind: str, cause: str, **data: Any) -> dict[str, Any]:
    """A row as the event log tells it."""
    return {
        "event_id": event_id, "detail_type": kind, "causation_id": cause, "data": data, "source": "referral.orchestrator",
        "occurred_at": "2026-11-20T16:00:00+00:00",
    }


def test_a_job_that_nobody_knows_has_no_story(table: Any) -> None:
    done = referral("--account", "dev", "trace", "s-9")
    assert done.exit_code == 1
    assert "Nothing is known of job 's-9'" in done.stderr
