"""Failed work keeps its reason, is looked at without what identifies a person, and goes back in order once it is mended."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from infra.cli.say import Problem
from shared.events.upstream import referral_id
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.integration.lambdas import account_of, answered
from tests.integration.story import jobs, rubbish
from tests.unit.cli.laptop import referral

LATEST = {"pk": {"S": "CUSTOMER#c-1"}, "sk": {"S": "LATEST"}}


@pytest.fixture(scope="module")
def house() -> Iterator[Cloud]:
    """A row of the feature store was written by hand and broken: two jobs of this customer end as dead letters."""
    with clouds.cloud() as made, Lines() as log:
        made.deploy("platform", "features")
        jobs(made, "s-1")
        made.settle()
        breaks(made)
        jobs(made, "s-2", "s-3")
        rubbish(made, "feature_enricher")
        made.settle()
        for _ in range(6):
            made.later()
        keep_log(log.lines)
        yield made


class Lines(logging.Handler):
    """What a function writes into its log, as Lambda finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(LambdaPowertoolsFormatter(utc=True))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def __enter__(self) -> "Lines":
        logging.getLogger("features").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("features").removeHandler(self)


def breaks(house: Cloud, count: str = "many") -> None:
    client("dynamodb").update_item(
        TableName=house.deployed.tables["CustomerFeatures"], Key=LATEST, UpdateExpression="SET service_count = :v",
        ExpressionAttributeValues={":v": {"S": count} if count == "many" else {"N": count}},
    )


def keep_log(lines: list[str]) -> None:
    """... and into the log group of its service."""
    logs = client("logs")
    logs.create_log_group(logGroupName="/referral/local/features")
    logs.create_log_stream(logGroupName="/referral/local/features", logStreamName="all")
    at = [{"timestamp": round(time.time() * 1000), "message": line} for line in lines]
    logs.put_log_events(logGroupName="/referral/local/features", logStreamName="all", logEvents=at)


def dlq(house: Cloud, *arguments: str) -> Any:
    return answered(referral("dlq", *arguments, "--json", account=account_of(house)))


def test_a_dead_letter_has_a_reason_a_story_and_no_person_in_it(house: Cloud) -> None:
    letters = dlq(house, "list")["letters"]
    assert [letter["detail_type"] for letter in letters] == ["ServiceCompleted", "ServiceCompleted", None]
    assert [letter["correlation_id"] for letter in letters[:2]] == [referral_id("s-2"), referral_id("s-3")]
    reasons = [letter["reason"] for letter in letters]
    assert [(reason["error"], reason["attempts"]) for reason in reasons] == [("ValueError", 6), ("ValueError", 6), ("Unreadable", 6)]
    assert all(":" in reason["place"] and reason["first"] <= reason["last"] for reason in reasons)

    shown = dlq(house, "show", letters[0]["id"])
    assert shown["body"]["detail"]["service_id"] == "s-2"
    assert "dana@example.com" not in json.dumps(shown)
    assert "dana@example.com" in dlq(house, "show", letters[0]["id"], "--unredacted")["body"]
    assert set(dlq(house, "show", letters[2]["id"])["body"]) == {"bytes", "sha256"}


class Refusing:
    """A queue service that takes nothing."""

    def __init__(self, sqs: Any) -> None:
        self._sqs = sqs

    def send_message(self, **_: Any) -> None:
        raise Problem("no")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sqs, name)


def test_a_letter_that_could_not_be_sent_back_stays(house: Cloud) -> None:
    """Sent first and deleted then: where sending fails it is still here, and visible at once."""
    account = account_of(house)
    account.clients["sqs"] = Refusing(account.clients["sqs"])
    assert referral("dlq", "redrive", "--all", "--yes", account=account).exit_code == 1
    assert len(dlq(house, "list")["letters"]) == 3


def test_nothing_is_moved_unless_it_is_said_which(house: Cloud) -> None:
    done = referral("dlq", "redrive", "--yes", account=account_of(house))
    assert done.exit_code == 1 and "--service" in done.stderr
    unknown = referral("dlq", "show", "nobody", account=account_of(house))
    assert unknown.exit_code == 1 and "no dead letter nobody" in unknown.stderr


def test_a_rebuild_does_not_do_what_a_dead_letter_has_still_to_announce(house: Cloud) -> None:
    refused = referral("rebuild", "features", "--switch", "--yes", account=account_of(house))
    assert refused.exit_code == 1
    assert "referral dlq redrive --service features" in refused.stderr


def test_what_is_mended_goes_back_in_order_and_is_done_once(house: Cloud) -> None:
    breaks(house, "1")
    plan = dlq(house, "redrive", "--service", "features", "--dry-run")
    assert (len(plan["letters"]), plan["redriven"], house.dead("feature_enricher")) == (3, 0, 3)
    chosen = [letter["id"] for letter in plan["letters"][:2]]
    assert dlq(house, "redrive", *chosen, "--yes")["redriven"] == 2
    house.settle()
    features = house.call("features_api", "GET", "/customers/c-1/features").body
    assert (features["service_count"], house.dead("feature_enricher")) == (3, 1)
    heard = [event["detail"]["metadata"]["causation_id"] for event in house.heard() if event["detail-type"] == "FeaturesUpdated"]
    assert len(heard) == len(set(heard)) == 3
    assert dlq(house, "discard", "--all", "--yes")["discarded"] == 1
    assert dlq(house, "list")["letters"] == []


def test_what_the_bus_refused_is_put_on_it_again(house: Cloud) -> None:
    entry = {"EventBusName": "referral-local", "Source": "referral.features", "DetailType": "FeaturesUpdated",
             "Detail": json.dumps({"metadata": {"event_id": "e-1", "occurred_at": "2026-11-20T12:00:00+00:00", "correlation_id": "r-1",
                                                "causation_id": "s", "version": 1, "producer": "referral.features"}, "data": {}})}
    queue = house.deployed.functions["features-relay"].environment["UNDELIVERABLE_URL"]
    client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"reason": "InvalidArgument", "entry": entry}))
    house.heard()
    [letter] = [one for one in dlq(house, "list")["letters"] if one["queue"] == "features-undeliverable"]
    assert (letter["reason"]["error"], letter["event_id"]) == ("InvalidArgument", "e-1")
    assert dlq(house, "redrive", letter["id"], "--yes")["redriven"] == 1
    assert [event["detail"]["metadata"]["event_id"] for event in house.heard()] == ["e-1"]


def test_an_announcement_that_nobody_heard_is_found_and_said_again(house: Cloud) -> None:
    """Its row was written and the stream never told of it; what is recorded is left alone."""
    said = {"metadata": {"event_id": "e-9", "occurred_at": "2026-11-20T12:00:00+00:00", "correlation_id": "r-9", "causation_id": "s",
                         "version": 1, "producer": "referral.features"}, "data": {}}
    row = {"pk": "OUTBOX#e-9", "sk": "OUTBOX", "source": "referral.features", "detail_type": "FeaturesUpdated", "detail": json.dumps(said)}
    item = {name: {"S": value} for name, value in row.items()}
    table = house.deployed.tables["CustomerFeatures"]
    client("dynamodb").put_item(TableName=table, Item=item | {"expires_at": {"N": str(round(time.time()) + 6 * 86_400)}})
    assert [one["event_id"] for one in told(house, "lost", exit_code=1)["lost"]] == ["e-9"]
    house.heard()
    assert told(house, "resend", "--yes")["put"] == 1
    assert [event["detail"]["metadata"]["event_id"] for event in house.heard()] == ["e-9"]
    house.deliver("record_events")
    assert told(house, "lost")["lost"] == []


def told(house: Cloud, *arguments: str, exit_code: int = 0) -> Any:
    done = referral("outbox", *arguments, "--service", "features", "--json", account=account_of(house))
    assert done.exit_code == exit_code, done.output
    return json.loads(done.stdout[done.stdout.index("{\n") :])
