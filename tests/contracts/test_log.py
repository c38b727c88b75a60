"""What was said in an example run is still understood, and there is an example of everything that can be said."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.contracts.known import contracts
from infra.contracts.pages import EXAMPLES, examples, spoken
from infra.contracts.schemas import schema

LOG: list[dict[str, Any]] = [json.loads(line) for line in EXAMPLES.read_text().splitlines()]


@pytest.mark.parametrize("number", range(len(LOG)), ids=lambda number: f"{number + 1}-{LOG[number]['detail-type']}")
def test_every_event_of_the_example_log_is_understood(number: int) -> None:
    told = LOG[number]
    known = spoken(told)
    assert known, "nobody says such a thing"
    event, _ = known.event.unwrap(told["detail"])
    assert event.unknown_fields(told["detail"]) == 0
    Draft202012Validator(schema(known)).validate(told["detail"])


def test_everything_that_can_be_said_has_an_example() -> None:
    assert {known.key for known in contracts()} - examples().keys() == set(), "add a line to examples/log/events.ndjson"


def test_the_example_log_is_small_and_tells_of_nobody() -> None:
    text = EXAMPLES.read_text()
    assert len(text) <= 60_000
    assert set(re.findall(r"@([\w.]+)", text)) == {"redacted.invalid", "email.amazonses.com"}  # the latter ends ids of mails
