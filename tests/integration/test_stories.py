"""What the API of the event log tells: one story from beginning to end, and how many events of each kind there were."""

import json
from typing import Any

import pytest

from shared.clock import now
from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.facts import features
from tests.harness.room import said
from tests.integration.story import jobs, text

STORY = referral_id("s-1")
PERSONAL = {"customer__email": "canary@example.com", "customer__name": "Canary Name", "service__notes": "canary notes"}


@pytest.fixture
def platform(cloud: Cloud) -> Cloud:
    return cloud.deploy("platform")


def learned(cloud: Cloud, event_id: str = "e-1", **changes: Any) -> None:
    known = features(**changes)
    metadata = said(known, event_id=event_id, correlation_id=STORY)
    cloud.put("FeaturesUpdated", json.loads(known.wrap(metadata)), source="referral.features")


def counted(cloud: Cloud) -> dict[str, int]:
    """What was counted today."""
    [*_, today] = cloud.call("events_api", "GET", "/funnel").body["days"]
    assert today["day"] == f"{now():%Y-%m-%d}"
    return today["counts"]


def test_a_story_is_told_in_the_order_in_which_it_happened_without_a_person(platform: Cloud) -> None:
    jobs(platform, "s-1", "s-2", **PERSONAL)
    learned(platform)
    platform.settle()
    told = platform.call("events_api", "GET", f"/stories/{STORY}").body
    assert [event["detail_type"] for event in told["events"]] == ["ServiceCompleted", "FeaturesUpdated"]
    assert told["events"][0]["data"]["service_id"] == "s-1"
    assert "anary" not in text(told)


def test_an_event_says_how_long_after_its_cause_it_came(platform: Cloud) -> None:
    jobs(platform, "s-1")
    platform.settle()
    [job] = platform.call("events_api", "GET", f"/stories/{STORY}").body["events"]
    assert (job["seconds"], job["causation_id"]) == (None, None)
    known = features()
    metadata = said(known, event_id="e-1", correlation_id=STORY).model_copy(update={"causation_id": job["event_id"]})
    platform.put("FeaturesUpdated", json.loads(known.wrap(metadata)), source="referral.features")
    platform.settle()
    [_, later] = platform.call("events_api", "GET", f"/stories/{STORY}").body["events"]
    assert later["seconds"] > 0


def test_a_story_of_which_nothing_is_known_says_what_to_do(platform: Cloud) -> None:
    answer = platform.call("events_api", "GET", "/stories/r-nobody")
    assert (answer.status, answer.code) == (404, "not_found")
    assert "a few seconds" in answer.body["message"]


def test_an_event_is_counted_once_however_often_it_comes(platform: Cloud) -> None:
    for _ in range(3):
        jobs(platform, "s-1", "s-1", "s-2")
        platform.settle()
    assert counted(platform) == {"ServiceCompleted": 2}


def test_jobs_of_the_past_are_counted_apart_and_what_nobody_knows_is_not(platform: Cloud) -> None:
    jobs(platform, "s-1")
    jobs(platform, "s-3", historical=True)
    platform.put("Whatever", {"a": 1})
    platform.settle()
    assert counted(platform) == {"ServiceCompleted": 1, "ServiceCompleted:historical": 1}


def test_days_on_which_nothing_happened_are_told_too(platform: Cloud) -> None:
    days = platform.call("events_api", "GET", "/funnel", days=3).body["days"]
    assert [day["counts"] for day in days] == [{}, {}, {}]
    assert [day["day"] for day in days] == sorted(day["day"] for day in days)
    assert platform.call("events_api", "GET", "/funnel", days=91).status == 422
