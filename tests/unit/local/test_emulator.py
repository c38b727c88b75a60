"""Where the emulator is mended: a batch gathers for its window, and what is remembered is the same as what was computed."""

import json
from typing import Any

import pytest
from ministack.core import iam_actions, iam_evaluator
from ministack.services import eventbridge

from infra.local.emulator import gathers, whole_batch
from infra.local.swift import distinct, matches, remembered
from tests.harness.templates import services, template

NOW = 1_000.0
POLICY = '{"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}'


def queue(*ages: float, hidden: int = 0) -> dict[str, Any]:
    visible = [{"sent_at": NOW - age, "visible_at": NOW - age} for age in ages]
    return {"messages": [{"sent_at": NOW - 60, "visible_at": NOW + 60}] * hidden + visible}


@pytest.mark.parametrize(
    ("ages", "gathering"), [([0.1, 0.5], True), ([0.1, 1.2], False), ([0.1] * 9, True), ([0.1] * 10, False)],
)
def test_a_batch_gathers_until_it_is_full_or_its_oldest_message_has_waited(ages: list[float], gathering: bool) -> None:
    mapping = {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 1}
    assert gathers(mapping, queue(*ages), NOW) is gathering


def test_a_message_that_is_being_handled_is_not_waited_for() -> None:
    assert gathers({"BatchSize": 10, "MaximumBatchingWindowInSeconds": 1}, queue(0.1, hidden=20), NOW)


def test_without_a_window_nothing_waits() -> None:
    assert not gathers({"BatchSize": 10}, queue(0.1), NOW)


@pytest.mark.parametrize(("waiting", "most", "length", "handed_on"), [
    (250, 100, 10, 100), (25, 100, 10, 25), (0, 100, 10, 0), (250, 1, 10, 1), (250, 100, 1 << 20, 10),
])  # fmt: skip
def test_a_batch_is_as_large_as_its_mapping_says(waiting: int, most: int, length: int, handed_on: int) -> None:
    mailbox = [{"body": "x" * length}] * waiting

    def receive(queue: str, most: int) -> list[dict[str, Any]]:
        taken = mailbox[: min(most, 10)]
        del mailbox[: len(taken)]
        return taken

    assert len(whole_batch("queue", most, receive)) == handed_on
    assert len(mailbox) == waiting - handed_on


EVENTS = [
    {"Source": source, "DetailType": kind, "Detail": json.dumps(detail), "EventBusName": "referral-local"}
    for source in ("upstream.crm", "referral.features", "referral.orchestrator", "aws.events")
    for kind in ("ServiceCompleted", "FeaturesUpdated", "ReferralReviewed", "Else")
    for detail in ({}, {"historical": False}, {"data": {"historical": False, "cause": "job", "decision": "approved"}})
]
PATTERNS = ['{"detail-type": ["Else"]}', '{"account": [""]}', '{"$or": [{"source": ["aws.events"]}, {"detail-type": ["Else"]}]}']


@pytest.mark.parametrize("stack", ["platform", *services()])
def test_a_rule_matches_what_it_matched_before(stack: str) -> None:
    rules = template(stack).of_type("AWS::Events::Rule").values()
    patterns = PATTERNS + [json.dumps(rule["EventPattern"]) for rule in rules]
    for event in map(eventbridge._pattern_event_view, EVENTS):
        assert [matches(one, event) for one in patterns] == [eventbridge._matches_pattern_view(one, event) for one in patterns]


def test_a_policy_is_parsed_once_and_means_the_same() -> None:
    asked: list[Any] = []

    def parse(document: Any) -> Any:
        asked.append(document)
        return iam_evaluator.parse_policy_document(document)

    once = remembered(parse)
    assert once(POLICY) == once(POLICY) == iam_evaluator.parse_policy_document(POLICY)
    assert once({"Statement": []}) == []
    assert asked == [POLICY, {"Statement": []}]


def test_a_transaction_asks_once_for_each_action_on_each_table() -> None:
    rows = [("Put", "a"), ("Put", "a"), ("ConditionCheck", "a"), ("Put", "b"), ("Put", "a"), ("Delete", "b")]
    body = json.dumps({"TransactItems": [{does: {"TableName": table}} for does, table in rows]}).encode()
    checks = distinct(iam_actions.dynamodb_transaction_checks)("dynamodb:TransactWriteItems", body, "eu-west-1", "1")
    asked = [(action.rpartition(":")[2], arn.rpartition("/")[2]) for action, arn in checks]
    assert asked == [("PutItem", "a"), ("ConditionCheckItem", "a"), ("PutItem", "b"), ("DeleteItem", "b")]
