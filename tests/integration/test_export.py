"""What was said is exported in order, each event once, and tells of nobody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import Result

from shared.events.upstream import ServiceCompleted
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.integration.lambdas import account_of
from tests.integration.story import jobs
from tests.unit.cli.laptop import Laptop, referral, told

PERSON = {"customer__email": "canary@example.com", "customer__name": "Canary", "service__notes": "canary notes"}
ALWAYS = ("--from", "2020-01-01")


@pytest.fixture(scope="module")
def house() -> Iterator[Cloud]:
    """Three jobs of two customers, of which one was said twice, and what features and prep said of them."""
    with clouds.cloud() as made:
        made.deploy("platform", "features", "prep")
        jobs(made, "s-1", "s-2", **PERSON)
        made.settle()
        jobs(made, "s-2", **PERSON)
        jobs(made, "s-3", customer__customer_id="c-2")
        yield made.settle()


def export(*options: str) -> Result:
    account = Laptop(clients={name: client(name) for name in ("s3", "sts")})
    done = referral("events", "export", *ALWAYS, *options, account=account)
    assert done.exit_code == 0, done.output
    return done


def events(*options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(*options).stdout.splitlines()]


def _id(envelope: dict[str, Any]) -> str:
    told = envelope["detail"].get("metadata")
    return told["event_id"] if told else ServiceCompleted.model_validate(envelope["detail"]).metadata().event_id


def test_each_event_is_there_once_and_after_its_cause(house: Cloud) -> None:
    told = events("--unredacted")
    assert len(told) == 9
    ours = [one["detail"]["metadata"] for one in told if "metadata" in one["detail"]]
    place = {_id(one): number for number, one in enumerate(told)}
    assert all(place[said["causation_id"]] < place[said["event_id"]] for said in ours)


def test_addresses_names_and_text_stay_at_home_unless_they_are_asked_for(house: Cloud) -> None:
    assert "anary" not in export().stdout
    asked = export("--unredacted")
    assert "canary@example.com" in asked.stdout
    assert "keep it in the account" in asked.stderr


def test_what_could_be_joined_still_can(house: Cloud) -> None:
    told = events()
    addresses = {one["detail"]["customer"]["email"] for one in told if one["detail-type"] == "ServiceCompleted"}
    assert len(addresses) == 2
    names = {one["detail"]["customer"]["name"] for one in told if "customer" in one["detail"]}
    given = {one["detail"]["data"]["given_name"] for one in told if one["detail-type"] == "ReferralPrepared"}
    assert names == given


def test_a_customer_is_exported_with_the_stories_that_name_nobody(house: Cloud) -> None:
    told = events("--customer", "c-2")
    assert [one["detail-type"] for one in told] == ["ServiceCompleted", "FeaturesUpdated", "ReferralPrepared"]


def test_kinds_and_moments_choose(house: Cloud) -> None:
    assert {one["detail-type"] for one in events("--type", "FeaturesUpdated", "--type", "Nonsense")} == {"FeaturesUpdated"}
    assert events("--to", "2020-01-02") == []


def test_the_counts_are_beside_the_events(house: Cloud) -> None:
    assert export().stderr.splitlines()[-1] == "9 events: 3 FeaturesUpdated, 3 ReferralPrepared, 3 ServiceCompleted."


def test_features_are_told_as_they_were_and_as_they_were_known(house: Cloud) -> None:
    show = ("features", "show", "c-1", "--json")
    now, then = (told(*show, *more, account=account_of(house)) for more in ((), ("--as-of", "s-2")))
    assert {name: then[name] for name in now.keys() & then.keys()} == {name: now[name] for name in now.keys() & then.keys()}
    assert then["facts"] == 2
    early = referral(*show, "--known-at", "2026-01-01", account=account_of(house))
    assert early.exit_code == 1 and "was known, by then" in early.stderr
