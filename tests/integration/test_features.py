"""The feature store as it is deployed: from the bus through its mailbox, its table and its outbox to the bus."""

import pytest

from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import job_detail, survey
from tests.integration.story import jobs, rubbish, types


@pytest.fixture
def features(cloud: Cloud) -> Cloud:
    return cloud.deploy("features")


def said(cloud: Cloud, *service_ids: str) -> None:
    for service_id in service_ids:
        cloud.put("SatisfactionReported", survey(service_id, score=2).model_dump(mode="json"))


def test_a_job_and_its_survey_become_features_on_the_bus(features: Cloud) -> None:
    jobs(features, "s-1", satisfaction=4)
    said(features, "s-1")
    features.settle()
    heard = [event for event in features.heard() if event["source"] == "referral.features"]
    assert types(heard) == ["FeaturesUpdated", "FeaturesUpdated"]
    assert [event["detail"]["data"]["version"] for event in heard] == [1, 2]
    assert {event["detail"]["metadata"]["correlation_id"] for event in heard} == {referral_id("s-1")}
    answer = features.call("features_api", "GET", "/customers/c-1/features")
    assert (answer.status, answer.body["service_count"], answer.body["satisfaction_avg"]) == (200, 1, "2.0000")
    assert answer.body["lifetime_value"] == {"EUR": "100.00"}


def test_every_version_can_be_asked_for(features: Cloud) -> None:
    jobs(features, "s-1", "s-2")
    features.settle()
    answer = features.call("features_api", "GET", "/customers/c-1/features/versions")
    assert [version["service_count"] for version in answer.body] == [2, 1]


def test_a_batch_of_jobs_is_one_read_and_one_write(features: Cloud) -> None:
    jobs(features, *(f"s-{number}" for number in range(10)))
    assert features.deliver("feature_enricher") == []
    assert [call.operation for call in features.calls] == ["BatchGetItem", "TransactWriteItems"]


def test_what_is_delivered_again_is_not_counted_again(features: Cloud) -> None:
    for _ in range(3):
        jobs(features, "s-1", "s-2")
        features.settle()
    assert features.call("features_api", "GET", "/customers/c-1/features").body["service_count"] == 2
    assert types(features.heard()).count("FeaturesUpdated") == 2


def test_what_can_not_be_read_stays_in_the_mailbox_and_ends_with_the_dead_letters(features: Cloud) -> None:
    rubbish(features, "feature_enricher")
    jobs(features, "s-1")
    features.settle()
    assert (features.waiting("feature_enricher"), types(features.heard())) == (1, ["FeaturesUpdated"])
    for _ in range(6):
        features.later()
    assert (features.waiting("feature_enricher"), features.dead("feature_enricher")) == (0, 1)


def test_nobody_but_upstream_reports_jobs(features: Cloud) -> None:
    features.put("ServiceCompleted", job_detail("s-1"), source="referral.features")
    features.settle()
    assert features.waiting("feature_enricher") == 0
    assert features.call("features_api", "GET", "/customers/c-1/features").status == 404


def test_what_the_bus_refuses_for_good_is_parked_and_holds_up_nobody(features: Cloud) -> None:
    jobs(features, "s-1")
    features.deliver("feature_enricher")
    client("dynamodb").put_item(TableName=features.deployed.tables["CustomerFeatures"], Item={
        "pk": {"S": "OUTBOX#x"}, "sk": {"S": "OUTBOX"}, "source": {"S": "referral.features"},
        "detail_type": {"S": "Broken"}, "detail": {"S": "no json"},
    })
    features.settle()
    assert types(features.heard()) == ["FeaturesUpdated"]
    assert features.parked("features-relay") == ["MalformedDetail"]
