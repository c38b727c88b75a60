"""Data preparation as it is deployed: two halves meet, and what is broken waits for a person."""

import json
from random import Random
from typing import Any

import pytest

from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.facts import features as known_features
from tests.harness.room import said
from tests.integration.story import jobs, types


@pytest.fixture
def prep(cloud: Cloud) -> Cloud:
    return cloud.deploy("prep")


def learned(cloud: Cloud, service_id: str, historical: bool = False) -> None:
    """The features that include a job, as the feature store says it."""
    event = known_features(historical=historical)
    detail = json.loads(event.wrap(said(event, correlation_id=referral_id(service_id))))
    cloud.put("FeaturesUpdated", detail, source="referral.features")


def quarantine(cloud: Cloud) -> list[dict[str, Any]]:
    return cloud.call("prep_api", "GET", "/quarantine").body


@pytest.mark.parametrize("first", ["job", "features"])
def test_whichever_half_comes_second_announces_the_referral(prep: Cloud, first: str) -> None:
    halves = [lambda: jobs(prep, "s-1"), lambda: learned(prep, "s-1")]
    for half in halves if first == "job" else reversed(halves):
        half()
        assert types(prep.settle().heard()).count("ReferralPrepared") <= 1
    [item] = [item for item in prep.items("Preparation") if item["sk"]["S"] == "OUTBOX"]
    prepared = json.loads(item["detail"]["S"])["data"]
    assert (prepared["referral_id"], prepared["given_name"]) == (referral_id("s-1"), "Dana")
    assert prepared["features_version"] == 1


def test_both_halves_in_one_batch_and_again_are_one_referral(prep: Cloud) -> None:
    for _ in range(2):
        jobs(prep, "s-1")
        learned(prep, "s-1")
        prep.settle()
    assert types(prep.heard()).count("ReferralPrepared") == 1


def test_a_job_of_the_past_prepares_nothing_and_its_features_do_not_even_come(prep: Cloud) -> None:
    learned(prep, "s-1", historical=True)
    assert prep.waiting("data_prep_processor") == 0
    jobs(prep, "s-1", historical=True)
    assert [event for event in types(prep.settle().heard()) if event != "FeaturesUpdated"] == []


def test_a_broken_job_is_set_aside_mended_and_comes_to_everybody_anew(prep: Cloud) -> None:
    jobs(prep, "s-1", satisfaction=9)
    learned(prep, "s-1")
    assert "PreparationRejected" in types(prep.settle().heard())
    [case] = quarantine(prep)
    path = f"/quarantine/{case['quarantine_id']}"
    assert prep.call("prep_api", "POST", f"{path}/retry", {"patch": {"satisfaction": 5}}).status == 200
    heard = prep.settle().heard()
    assert [event["detail-type"] for event in heard] == ["ServiceCompleted", "ReferralPrepared"]
    assert heard[0]["source"] == "upstream.quarantine"
    assert (quarantine(prep), prep.call("prep_api", "POST", f"{path}/retry", {}).status) == ([], 409)


def test_large_cases_are_kept_and_listed(prep: Cloud) -> None:
    for number in range(2):
        jobs(prep, f"s-{number}", satisfaction=9, service__notes=_incompressible(number))
    prep.settle()
    assert len(quarantine(prep)) == 2
    [first, *_] = quarantine(prep)
    shown = prep.call("prep_api", "GET", f"/quarantine/{first['quarantine_id']}").body
    assert len(shown["detail"]["service"]["notes"]) > 200_000


def _incompressible(seed: int) -> str:
    return Random(seed).randbytes(100_001).hex()
