"""Real faults: what was killed in the middle, refused or not read is done once in the end, and the audit is clean."""

import json
from collections import Counter
from typing import Any

from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.local import mishaps, throttle
from tests.local.laptop import Laptop

CUSTOMERS = [f"local-f{number}" for number in range(4)]


def jobs(part: str, historical: bool, count: int) -> list[dict[str, Any]]:
    return [
        job_detail(f"{who}-{part}{n}", customer__customer_id=who, customer__email=f"{who}@example.com", historical=historical)
        for who in CUSTOMERS for n in range(count)
    ]


def counted(laptop: Laptop) -> Counter[str]:
    """How many jobs the feature store counted of each customer."""
    keys = [{"pk": {"S": f"CUSTOMER#{customer}"}, "sk": {"S": "LATEST"}} for customer in CUSTOMERS]
    table = "referral-local-CustomerFeatures"
    found = laptop.client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})["Responses"][table]
    return Counter({row["pk"]["S"].partition("#")[2]: int(row["service_count"]["N"]) for row in found})


def said(laptop: Laptop, service_id: str) -> Counter[str]:
    rows = laptop.client("dynamodb").query(
        TableName="referral-local-EventLog", KeyConditionExpression="pk = :story",
        ExpressionAttributeValues={":story": {"S": referral_id(service_id)}},
    )["Items"]
    return Counter(row["detail_type"]["S"] for row in rows)


def test_every_referral_ends_once_whatever_is_killed_refused_or_not_read(laptop: Laptop) -> None:
    due = [f"{customer}-new0" for customer in CUSTOMERS]
    with mishaps.impatient(laptop):  # until the end: who was killed while idle is missed by the next message only
        with mishaps.killing(laptop) as killed:
            laptop.put(*jobs("old", True, 5), *jobs("new", False, 1))
            laptop.eventually(lambda: len(killed) > 5)
        laptop.eventually(lambda: set(counted(laptop).values()) == {6} and len(counted(laptop)) == 4)

        with mishaps.unread(laptop, "features-relay"):
            laptop.put(*jobs("late", True, 1))
            laptop.eventually(lambda: set(counted(laptop).values()) == {7})
            assert not said(laptop, f"{CUSTOMERS[0]}-late0")["FeaturesUpdated"]
        laptop.eventually(lambda: all(said(laptop, f"{customer}-late0")["FeaturesUpdated"] == 1 for customer in CUSTOMERS))

        laptop.eventually(lambda: all(said(laptop, job)["ReferralDrafted"] for job in due))
        with throttle.busy(laptop, "feature_enricher") as learning, throttle.busy(laptop, "send_referral", '"sent"') as sending:
            laptop.put(*jobs("busy", True, 1))
            for job in due:
                place = ("drafts", referral_id(job))
                draft = laptop.ask("review_api", "GET", *place)
                assert laptop.ask("review_api", "POST", *place, "approve", content_hash=draft["content_hash"], reviewer="r-1")
            laptop.eventually(lambda: set(counted(laptop).values()) == {8})
            laptop.eventually(lambda: all(said(laptop, job)["ReferralSent"] for job in due))  # SES has said so
        assert learning.reads and learning.writes > 4 and learning.given_back and sending.writes > 4
        laptop.eventually(lambda: all(said(laptop, f"{customer}-busy0")["FeaturesUpdated"] == 1 for customer in CUSTOMERS))

        kinds = ("ReferralPrepared", "ReferralDrafted", "ReferralReviewed", "ReferralSent")
        assert {tuple(said(laptop, job)[kind] for kind in kinds) for job in due} == {(1, 1, 1, 1)}
        mails = json.dumps(laptop.json("mail", "list"))
        assert [mails.count(f"{customer}@example.com") for customer in CUSTOMERS] == [1, 1, 1, 1]
        laptop.referral("audit")


def test_what_nobody_can_read_is_a_dead_letter_with_its_reason_and_goes_back_in_order(laptop: Laptop) -> None:
    sqs = laptop.client("sqs")
    queue = sqs.get_queue_url(QueueName="referral-local-features")["QueueUrl"]
    with mishaps.tried(laptop, queue, 1):
        for number in range(3):
            sqs.send_message(QueueUrl=queue, MessageBody=f"no event, but Dana Example {number}")
        laptop.eventually(lambda: mishaps.given_up(laptop, "features") == 3)
    letters = laptop.json("dlq", "list")["letters"]
    assert {(letter["queue"], letter["reason"]["error"], letter["reason"]["attempts"]) for letter in letters} == {
        ("features-dead-letters", "Unreadable", 1),
    }
    assert "Dana" not in laptop.referral("dlq", "show", letters[0]["id"])
    assert [queue["waiting"] for queue in laptop.json("status")["dead_letters"]] == [3]

    first = letters[0]["id"]
    assert laptop.json("dlq", "redrive", first, "--yes")["redriven"] == 1
    assert [letter["id"] for letter in laptop.json("dlq", "list")["letters"]] == [letter["id"] for letter in letters[1:]]
    assert laptop.json("dlq", "discard", "--service", "features", "--yes")["discarded"] == 2
    sqs.purge_queue(QueueUrl=queue)  # what was sent back would be tried for minutes once more
