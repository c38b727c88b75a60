"""Where the emulator is mended: a batch gathers for its window, and what is remembered is the same as what was computed."""

from typing import Any

import pytest
from h11._headers import Headers, normalize_and_validate
from ministack.core import iam_evaluator

from infra.local.emulator import gathers
from infra.local.swift import headers, remembered

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


def test_a_policy_is_parsed_once_and_means_the_same() -> None:
    asked: list[Any] = []

    def parse(document: Any) -> Any:
        asked.append(document)
        return iam_evaluator.parse_policy_document(document)

    once = remembered(parse)
    assert once(POLICY) == once(POLICY) == iam_evaluator.parse_policy_document(POLICY)
    assert once({"Statement": []}) == []
    assert asked == [POLICY, {"Statement": []}]


def test_headers_are_walked_over_as_before() -> None:
    known = normalize_and_validate([(b"Host", b"example.com"), (b"Accept", b"*/*")])
    assert list(headers(known)) == [known[index] for index in range(len(known))]
    assert isinstance(known, Headers)
