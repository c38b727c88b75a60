"""The laptop's SES tells what becomes of a mail, as SES does."""

import json
from typing import Any

import pytest

from infra.local.feedback import entries
from services.orchestrator.mail import compose
from services.orchestrator.provider import Bounced, Complained, Delivered, MailEvent
from shared.writing.content import Content
from tests.harness.outside import BODY, SUBJECT
from tests.unit.orchestrator.story import COMPANY

AT = "2026-11-22T10:00:00+00:00"


def told(to: str, reports_to: str = "referral-local") -> list[dict[str, str]]:
    letter = compose(Content(subject=SUBJECT, body=BODY), to, "r-1", COMPANY, reports_to)
    return list(entries(letter, "m-1", AT))


@pytest.mark.parametrize(("to", "fates"), [
    ("dana@example.com", [(Delivered, "delivered")]),
    ("bounce@example.com", [(Delivered, "delivered")]),
    ("success@simulator.amazonses.com", [(Delivered, "delivered")]),
    ("bounce+17@simulator.amazonses.com", [(Bounced, "bounced")]),
    ("Bounce@Simulator.amazonses.com", [(Bounced, "bounced")]),
    ("ooto@simulator.amazonses.com", [(Delivered, "delivered"), (Bounced, "bounced_softly")]),
    ("complaint+x@simulator.amazonses.com", [(Delivered, "delivered"), (Complained, "complained")]),
])
def test_a_mail_becomes_what_its_address_stands_for(to: str, fates: list[tuple[type[MailEvent], str]]) -> None:
    said = told(to)
    assert [entry["DetailType"] for entry in said] == [contract.name for contract, _ in fates]
    for entry, (contract, fate) in zip(said, fates, strict=True):
        event, _ = contract.unwrap(json.loads(entry["Detail"]))
        assert (event.referral_id, event.message_id, event.fate) == ("r-1", "m-1", fate)


def test_it_is_told_on_the_bus_and_with_the_tag_that_the_rules_listen_for() -> None:
    [entry] = told("dana@example.com")
    assert (entry["Source"], entry["EventBusName"]) == ("aws.ses", "default")
    assert tags(entry)["ses:configuration-set"] == ["referral-local"]


def tags(entry: dict[str, Any]) -> dict[str, list[str]]:
    return json.loads(entry["Detail"])["mail"]["tags"]


def test_of_a_mail_without_a_configuration_set_nothing_is_told() -> None:
    assert told("dana@example.com", reports_to="") == []
