"""What recorded events say about a version becomes metrics, once, and with nobody's id."""

import json
from typing import Any

import pytest

from infra.platform.measures import measured, tell
from shared.observe import Observer

OF = {"agent": "writer", "version": "2"}
DRAFTED = {
    "referral_id": "r-1", "draft_id": "d-1", "customer_id": "c-1", "agent": "writer", "version": 2, "config_hash": "h",
    "prompt_hash": "p", "content_hash": "x", "features_version": 1, "input_tokens": 300, "output_tokens": 90,
    "latency_ms": 1200, "cost_usd": "0.0123",
}
REVIEWED = {
    "referral_id": "r-1", "draft_id": "d-1", "customer_id": "c-1", "agent": "writer", "version": 2, "content_hash": "x",
    "decision": "approved", "edited": False, "reason": None, "reviewer": "robin", "seconds": 9,
}
FAILED = {
    "referral_id": "r-1", "customer_id": "c-1", "agent": "writer", "version": 2, "reason": "model_throttled",
    "attempts": 3,
}


def row(kind: str, data: Any, **other: Any) -> dict[str, Any]:
    told = {"detail_type": kind, "source": "referral.orchestrator", "replay": False, "data": json.dumps(data)}
    return told | other


def values(kind: str, data: Any, **other: Any) -> dict[str, float]:
    return {one.name: one.value for one in measured(row(kind, data, **other))[1]}


def test_a_draft_says_how_long_how_many_tokens_and_how_much() -> None:
    assert values("ReferralDrafted", DRAFTED) == {
        "Drafted": 1, "DraftsFailed": 0, "DraftsThrottled": 0, "DraftLatency": 1200, "gen_ai.usage.input_tokens": 300,
        "gen_ai.usage.output_tokens": 90, "CostUsd": 0.0123,
    }


def test_a_draft_without_a_known_price_costs_nothing_and_is_told_as_such() -> None:
    known = values("ReferralDrafted", DRAFTED | {"cost_usd": None})
    assert (known["DraftsUnpriced"], "CostUsd" in known) == (1, False)


@pytest.mark.parametrize(("decision", "approved"), [("approved", 1), ("rejected", 0)])
def test_a_decision_is_counted_so_that_a_rate_can_be_made(decision: str, approved: int) -> None:
    assert values("ReferralReviewed", REVIEWED | {"decision": decision}) == {"Decided": 1, "Approved": approved}


@pytest.mark.parametrize(("reason", "throttled"), [("model_throttled", 1), ("model_refused", 0)])
def test_a_failure_tells_whether_it_was_throttled(reason: str, throttled: int) -> None:
    assert values("DraftFailed", FAILED | {"reason": reason}) == {"DraftsFailed": 1, "DraftsThrottled": throttled}


def test_the_dimensions_are_agent_with_version_or_arm_and_none_at_all() -> None:
    arm = {"agent": "writer", "arm": "candidate"}
    for kind, data in ("ReferralDrafted", DRAFTED), ("ReferralReviewed", REVIEWED), ("DraftFailed", FAILED):
        assert measured(row(kind, data | {"arm": "candidate"}))[0] == [{}, OF, arm]
    assert OF | {"version": "none"} in measured(row("DraftFailed", FAILED | {"version": None}))[0]


@pytest.mark.parametrize(("kind", "data", "said"), [
    ("ReferralPrepared", {}, {"Prepared": 1, "Quarantined": 0}),
    ("PreparationRejected", {"historical": False}, {"Quarantined": 1}),
    ("PreparationRejected", {"historical": True}, {}),
    ("ReferralSent", {}, {"Sent": 1}),
    ("ReferralBounced", {"kind": "permanent"}, {"Bounced": 1}),
    ("ReferralBounced", {"kind": "transient"}, {}),
    ("ReferralComplained", {}, {"Complained": 1}),
    ("EvaluationFinished", {"cost_usd": "1.5"}, {"EvaluationCostUsd": 1.5}),
    ("EvaluationFinished", {"cost_usd": None}, {}),
])
def test_what_is_said_of_no_version_is_counted(kind: str, data: dict[str, Any], said: dict[str, float]) -> None:
    producers = {"ReferralPrepared": "prep", "PreparationRejected": "prep", "EvaluationFinished": "evaluation"}
    assert values(kind, data, source=f"referral.{producers.get(kind, 'orchestrator')}") == said
    assert values(kind, data, source="referral.stranger") == {}


@pytest.mark.parametrize(("historical", "said"), [(None, {"Jobs": 1}), (True, {})])
def test_jobs_of_the_past_are_not_counted(historical: bool | None, said: dict[str, float]) -> None:
    assert values("ServiceCompleted", {"service_id": "s-1", "historical": historical}, source="upstream.crm") == said


def test_only_what_tells_a_broken_candidate_is_measured_by_arm() -> None:
    told: list[tuple[str, dict[str, str]]] = []
    observer = Observer("measured")
    observer.measure = lambda name, value, unit, dimensions: told.append((name, dimensions))  # type: ignore[method-assign]
    tell([row("ReferralDrafted", DRAFTED), row("ReferralReviewed", REVIEWED)], observer)
    assert sorted(name for name, dimensions in told if "arm" in dimensions) == ["DraftLatency", "DraftsFailed"]


@pytest.mark.parametrize("other", [
    {"replay": True}, {"source": "upstream.crm"}, {"detail_type": "ReferralOpened"}, {"data": "[]"}, {"data": "{}"},
])
def test_a_replay_a_stranger_and_a_broken_event_measure_nothing(other: dict[str, Any]) -> None:
    assert measured(row("ReferralReviewed", REVIEWED) | other) == ([], [])


def test_measures_are_written_by_their_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    observer = Observer("measured")
    observer.count("EventsRecorded")
    for dimensions in (OF, {}, OF):
        observer.measure("Decided", 1, "Count", dimensions)
    observer.flush()
    observer.flush()
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    declared = [set(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) for line in said]
    assert declared == [{"service"}, {"agent", "version", "service"}, {"service"}]
    assert [line.get("Decided") for line in said] == [None, [1.0, 1.0], [1.0]]
