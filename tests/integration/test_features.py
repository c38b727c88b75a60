"""The feature store as it is deployed: from the bus through its mailbox, its table and its outbox to the bus."""

import pytest

from tests.harness.cloud import Cloud
from tests.harness.facts import job_detail, survey


@pytest.fixture
def features(cloud: Cloud) -> Cloud:
    return cloud.deploy("features")


def test_a_job_on_the_bus_becomes_features_on_the_bus(features: Cloud) -> None:
    features.put("ServiceCompleted", job_detail("s-1", satisfaction=4))
    features.put("SatisfactionReported", survey("s-1", score=2).model_dump(mode="json"))
    features.settle()
    said = [event for event in features.heard() if event["source"] == "referral.features"]
    assert [event["detail-type"] for event in said] == ["FeaturesUpdated", "FeaturesUpdated"]
    answer = features.call("features_api", "GET", "/customers/c-1/features")
    assert (answer.status, answer.body["service_count"], answer.body["satisfaction_avg"]) == (200, 1, "2")
