"""The evaluation service as it is deployed: a version is registered, tried on history, and the answer is on the bus."""

import json
from typing import Any

import pytest

from shared.events.evaluation import EvaluationFinished
from shared.events.prep import ReferralPrepared
from shared.events.upstream import referral_id
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import features
from tests.harness.outside import refused
from tests.harness.room import said
from tests.integration.colleagues import evaluating
from tests.integration.story import CONFIG, jobs, production, text, types
from tests.unit.evaluation.story import DULL, GOOD, INVENTED, Colleagues, requested

JOBS = [f"s-{number}" for number in range(1, 6)]
THROTTLED = refused("ThrottlingException", 429)


def colleagues(**drafts: Any) -> Colleagues:
    return Colleagues({1: GOOD, 2: DULL} | drafts, lambda body: "roof repair" in body)


@pytest.fixture
def evaluation(cloud: Cloud) -> Cloud:
    """Version 1 is in production, and there is a history."""
    cloud.deploy("registry", "evaluation")
    production(cloud, system_prompt="You are version 1.")
    canary = {"customer__email": "canary@example.com", "service__notes": "canary", "service__technician": "Canary"}
    jobs(cloud, *JOBS, **canary)
    for service_id in JOBS:
        prepared(cloud, service_id)
    cloud.settle().heard()
    return cloud


def prepared(cloud: Cloud, service_id: str) -> None:
    event = ReferralPrepared.model_validate({
        "referral_id": referral_id(service_id), "service_id": service_id, "customer_id": "c-1", "given_name": "Dana",
        "time_zone": "Europe/Berlin", "features": features().features, "features_version": 1, "missing": {},
        "service": {
            "type": "roof repair", "completed_at": f"2026-11-0{service_id[2:]}T16:30:00Z", "price": None,
            "satisfaction": 5, "property": {},
        },
    })
    cloud.put("ReferralPrepared", json.loads(event.wrap(said(event))), source=event.source)


def register(cloud: Cloud, number: int = 2) -> None:
    config = CONFIG | {"system_prompt": f"You are version {number}."}
    body = {"agent": "referral-writer", "config": config, "author": "ae-1", "message": "new"}
    assert cloud.call("register_agent", "POST", "/agents", body).body["version"] == number


def finished(heard: list[dict[str, Any]]) -> EvaluationFinished:
    [told] = [event for event in heard if event["detail-type"] == "EvaluationFinished"]
    return EvaluationFinished.unwrap(told["detail"])[0]


def test_a_registered_version_is_tried_on_history_and_told_once(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()) as team:
        heard = evaluation.settle().heard()
    assert types(heard) == ["AgentRegistered", "EvaluationStarted", "CasesDue", "EvaluationFinished"]
    told = finished(heard)
    assert (told.verdict, told.passed, told.cases, told.comparison.compared) == ("worse", False, 5, 5)
    assert len(team.asked) == 20
    known = evaluation.call("evaluations_api", "GET", f"/evaluations/{told.evaluation_id}").body
    assert (known["status"], known["verdict"], known["done"]) == ("finished", "worse", 5)


def test_the_report_lies_in_a_bucket_of_its_own_and_is_shown_on_demand(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()):
        told = finished(evaluation.settle().heard())
    [bucket] = [b["Name"] for b in client("s3").list_buckets()["Buckets"]]
    assert bucket == "referral-local-evaluation-reports-123456789012"
    stored = client("s3").get_object(Bucket=bucket, Key=told.report)["Body"].read().decode()
    shown = evaluation.call("evaluations_api", "GET", f"/evaluations/{told.evaluation_id}/report").body
    assert shown["html"] == stored
    assert shown["json"]["evaluation"]["evaluation_id"] == told.evaluation_id


def test_a_busy_model_delays_its_cases_only(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()) as team:
        team.drafts[2] = THROTTLED
        evaluation.settle()
        [known] = evaluation.call("evaluations_api", "GET", "/evaluations").body["evaluations"]
        assert (known["status"], known["done"]) == ("running", 0)
        team.drafts[2], asked = DULL, len(team.asked)
        told = finished(evaluation.later().heard())
    assert told.comparison.compared == 5
    assert len(team.asked) - asked == 5 * 3  # the baseline's drafts were kept


def test_another_run_asks_no_model_and_neither_does_scoring_anew(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()) as team:
        first = finished(evaluation.settle().heard())
        asked = len(team.asked)
        body = {"agent": "referral-writer", "candidate": 2, "baseline": 1}
        assert evaluation.call("evaluations_api", "POST", "/evaluations", body).status == 200
        second = finished(evaluation.settle().heard())
        path = f"/evaluations/{first.evaluation_id}/rescore"
        again = evaluation.call("evaluations_api", "POST", path).body
    assert len(team.asked) == asked
    assert (first.metrics, first.dataset) == (second.metrics, second.dataset)
    assert (again["verdict"], evaluation.settle().heard()) == ("worse", [])


def test_a_rollout_of_what_was_compared_already_starts_nothing(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()):
        evaluation.settle().heard()
        event = requested()
        evaluation.put("RolloutRequested", json.loads(event.wrap(said(event))), source=event.source)
        assert types(evaluation.settle().heard()) == ["RolloutRequested"]


def test_everything_twice_is_one_evaluation(evaluation: Cloud) -> None:
    register(evaluation)
    with evaluating(colleagues()) as team:
        heard = evaluation.settle().heard()
        asked = len(team.asked)
        for event in heard:
            evaluation.put(event["detail-type"], event["detail"], source=event["source"])
        again = types(evaluation.settle().heard())
    assert (len(team.asked), again) == (asked, types(heard))


def test_no_person_is_in_an_event_a_log_or_a_metric(
    evaluation: Cloud, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:
    register(evaluation)
    with evaluating(colleagues()) as team:
        team.drafts[2] = INVENTED.replace("Dana", "Canary")
        heard = [event for event in evaluation.settle().heard() if event["source"].startswith("referral.")]
    logged = [text(record.__dict__) for record in caplog.records]
    assert [one for one in (*logged, text(heard), *capsys.readouterr()) if "anary" in one or "Dana" in one] == []
    assert "canary@example.com" not in text(evaluation.items("Evaluations"))
