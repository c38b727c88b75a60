"""Each role allows what its function does, and nothing else."""

from collections.abc import Iterator

import pytest

from infra.cli.retelling.projection import UNEXPLAINED
from tests.harness.cloud import Cloud
from tests.harness.foreign import never, seen
from tests.harness.permissions import Right, asked, granted
from tests.harness.templates import services, template
from tests.integration.story import types
from tests.integration.test_rebuild import rebuild
from tests.integration.whole_day import TABLES, whole_day

ANY_MODEL = "arn:aws:bedrock:*::foundation-model/*"
LOG, REPORTS = "referral-local-event-log-123456789012", "referral-local-evaluation-reports-123456789012"

FUNCTIONS = [
    "feature_enricher", "features_api", "data_prep_processor", "prep_api", "receive_webhook",
    "register_agent", "follow_rollouts",
    "follow_events", "draft_referral", "recall_drafts", "send_referral", "hear_feedback", "watch_drafts", "unsubscribe",
    "review_api", "record_events", "events_api", "ingest_examples", "keep_example", "erase_events",
    "agent_deployer", "count_outcomes", "point_at_versions", "decide_rollouts",
    "follow_history", "start_evaluation", "agent_evaluator", "evaluations_api",
    *(f"{service}-relay" for service in services()),
]

WIDER = {  # what a role allows although only others did it that day, and why no policy can say it more narrowly
    "draft_referral": Right("bedrock:InvokeModel", ANY_MODEL),  # a version names its model after the role was deployed
    "review_api": Right("bedrock:InvokeModel", ANY_MODEL),  # it writes failed drafts anew
    "erase_events": Right("s3:PutObject", f"arn:aws:s3:::{LOG}/events/*"),  # whoever is erased may stand in any object
    "evaluations_api": Right("s3:PutObject", f"arn:aws:s3:::{REPORTS}/reports/*"),  # any evaluation can be scored anew
}


@pytest.fixture(scope="module")
def day() -> Iterator[Cloud]:
    with whole_day() as made:
        yield made


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_all_that_it_does(day: Cloud, function: str) -> None:
    known = day.deployed.functions[function]
    given = list(granted(known))
    assert {need for need in asked(known, day.calls) if not any(right.covers(need) for right in given)} == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_nothing_that_it_never_does(day: Cloud, function: str) -> None:
    known = day.deployed.functions[function]
    needed = list(asked(known, day.calls))
    assert {right for right in granted(known) if not any(right.covers(need) for need in needed)} == set()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_without_any_one_right_a_call_of_that_day_is_denied(day: Cloud, function: str) -> None:
    known = day.deployed.functions[function]
    given, needed = list(granted(known)), set(asked(known, day.calls))
    assert given
    for left_out in given:
        rest = [right for right in given if right != left_out]
        assert any(not any(right.covers(need) for right in rest) for need in needed), left_out


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_others_do_is_denied(day: Cloud, function: str) -> None:
    """Calls of every other function that this one never makes itself, but for those that WIDER tells of."""
    known, others = day.deployed.functions[function], day.deployed.functions.values()
    own = set(asked(known, day.calls))
    foreign = {need for other in others for need in asked(other, day.calls)} - own
    given, wider = [*granted(known), *seen()], WIDER.get(function)
    allowed = {call for call in foreign if any(right.covers(call) for right in given)}
    assert {call for call in allowed if not (wider and wider.covers(call))} == set()
    assert bool(allowed) == bool(wider), "it is as narrow as the others: take it out of WIDER"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_nobody_does_is_denied(day: Cloud, function: str) -> None:
    given = [*granted(day.deployed.functions[function]), *seen()]
    assert [call for call in never(day.deployed) if any(right.covers(call) for right in given)] == []


def test_every_function_of_every_template_lived_through_that_day(day: Cloud) -> None:
    assert sorted(day.deployed.functions) == sorted(FUNCTIONS)
    assert {call.function for call in day.calls} == set(FUNCTIONS)
    assert {name for service in services() for name in template(service).of_type("AWS::DynamoDB::Table")} == set(TABLES)


def test_all_kinds_of_events_were_said_that_day(day: Cloud) -> None:
    kinds = {
        "FeaturesUpdated", "ReferralPrepared", "PreparationRejected", "AgentRegistered", "AliasMoved", "AgentRetired",
        "ReferralDrafted", "DraftFailed", "ReferralReviewed", "ReferralSent", "SendFailed",
        "RolloutRequested", "RolloutStarted", "RolloutHeld", "RolloutRolledBack", "DraftWithdrawn", "DraftExpired",
        "CustomerOptedOut",
        "EvaluationStarted", "CasesDue", "EvaluationFinished",
        "ReferralBounced", "ReferralConverted", "SendingPaused", "SendingResumed",
    }
    assert kinds <= set(types(day.heard()))


@pytest.mark.parametrize("service", services())
def test_the_log_makes_what_was_kept_that_day_once_more(day: Cloud, service: str) -> None:
    """But for the rollout that no deployer started, and the registry's figures, counted anew without a replay."""
    told = rebuild(day, service=service)
    strange = {(one["pk"].partition("#")[0], one["sk"]) for one in told["differences"] if one["pk"] != "ROLLOUT#ro-9"}
    assert strange <= {("PERFORMANCE", "FIGURES")}, told["differences"]
    assert all(kept["why"] != UNEXPLAINED for kept in told["not_rebuilt"]), told["not_rebuilt"]
