"""The webhook as it is deployed: from a signed request to the bus, and into the mailboxes of whoever listens."""

import pytest

from tests.harness.cloud import Cloud
from tests.harness.facts import job_detail, survey
from tests.integration.webhooks import agree_on, webhook
from tests.unit.prep.webhooks import OTHER, SECRET


@pytest.fixture
def prep(cloud: Cloud) -> Cloud:
    agree_on(SECRET)
    return cloud.deploy("prep")


def test_a_fact_that_is_accepted_comes_onto_the_bus_once(prep: Cloud) -> None:
    data = job_detail("s-1", customer__name="Jürgen")
    answers = [webhook(prep, "ServiceCompleted", data).body["status"] for _ in range(3)]
    heard = [event for event in prep.settle().heard() if event["detail-type"] == "ServiceCompleted"]
    assert answers == ["accepted", "known", "known"]
    assert [(event["source"], event["detail"]) for event in heard] == [("upstream.webhook", data)]


def test_another_body_under_the_same_id_is_refused(prep: Cloud) -> None:
    webhook(prep, "SatisfactionReported", survey("s-1").model_dump(mode="json"))
    answer = webhook(prep, "SatisfactionReported", survey("s-2").model_dump(mode="json"))
    assert (answer.status, answer.code) == (409, "id_taken")


def test_every_service_hears_it_like_any_fact_of_upstream(cloud: Cloud) -> None:
    agree_on(SECRET)
    cloud.deploy("features", "prep")
    webhook(cloud, "ServiceCompleted", job_detail("s-1"))
    heard = {event["detail-type"] for event in cloud.settle().heard()}
    assert heard == {"ServiceCompleted", "FeaturesUpdated", "ReferralPrepared"}


def test_a_broken_job_waits_in_quarantine(prep: Cloud) -> None:
    answer = webhook(prep, "ServiceCompleted", job_detail("s-1", satisfaction=9))
    prep.settle()
    [case] = prep.call("prep_api", "GET", "/quarantine").body
    assert (answer.status, answer.body["problems"]) == (200, case["reasons"])


def test_a_large_fact_leaves_the_outbox(prep: Cloud) -> None:
    assert webhook(prep, "ServiceCompleted", job_detail("s-1", service__notes="ä" * 125_000)).status == 200
    [heard] = [event for event in prep.settle().heard() if event["source"] == "upstream.webhook"]
    assert len(heard["detail"]["service"]["notes"]) == 125_000


@pytest.mark.parametrize(("valid", "status"), [((OTHER, SECRET), 200), ((OTHER,), 401), ((), 503)])
def test_the_secrets_of_the_account_decide(prep: Cloud, valid: tuple[str, ...], status: int) -> None:
    agree_on(*valid)
    assert webhook(prep, "ServiceCompleted", job_detail("s-1")).status == status
    assert len(prep.items("Preparation")) == (3 if status == 200 else 0)
