"""A prepared referral becomes a draft that waits for a person, or an event that says why not."""

from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from shared.events.registry import AgentConfig, Inference
from shared.writing import prices
from shared.writing.mail import MAIL
from shared.writing.model import Model
from tests.harness.facts import job
from tests.harness.outside import BODY, SUBJECT, Bedrock, answer, refused, written
from tests.unit.orchestrator.story import CONFIG, REFERRAL, House, coded, delivery, moved, opted_out, prepared, registered

TIMEOUT = ReadTimeoutError(endpoint_url="https://bedrock")
THROTTLED = refused("ThrottlingException", 429)


def changed(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(CONFIG.model_dump() | changes)


def test_a_prepared_referral_is_drafted_and_waits_for_a_person() -> None:
    house = House().drafted()
    referral = house.referral
    assert referral.status == "in_review" and referral.draft
    assert (referral.draft.subject, referral.draft.body) == (SUBJECT, coded())
    [event] = house.events("ReferralDrafted")
    assert event["referral_id"] == REFERRAL
    assert (event["agent"], event["version"], event["config_hash"]) == ("referral-writer", 1, "hash-1")
    assert (event["arm"], event["share"], event["features_version"]) == ("production", None, 1)
    assert (event["input_tokens"], event["output_tokens"], event["cost_usd"]) == (400, 100, "0")
    assert event["content_hash"] == referral.content_hash
    assert event["prompt_hash"] == referral.draft.prompt_hash


def test_the_draft_the_proof_and_the_event_are_one_transaction_after_one_batch_of_reads_and_one_that_follows() -> None:
    house = House().ready()
    reads, commits = house.store.reads, house.store.commits
    house.room.when(prepared())
    assert (house.store.reads - reads, house.store.commits - commits) == (2, 1)


def test_the_same_event_twice_is_one_draft_and_one_call() -> None:
    house = House().ready()
    told = delivery(prepared(), "e-prepared")
    assert house.room.deliver([told]) == house.room.deliver([told]) == []
    assert len(house.bedrock.asked) == len(house.events("ReferralDrafted")) == 1


def test_a_job_that_is_prepared_again_under_another_event_is_not_drafted_again() -> None:
    house = House().drafted()
    assert house.room.when(prepared(given_name="Other")) == []
    assert len(house.bedrock.asked) == 1


def test_the_model_is_asked_for_a_schema_checked_answer_with_the_versions_parameters() -> None:
    house = House(config=changed(inference=Inference(max_tokens=500, temperature="0.3", top_p="0.9"))).drafted()
    [asked] = house.bedrock.asked
    assert asked["modelId"] == "local.writer"
    assert asked["system"] == [{"text": "You write short, honest mails."}]
    assert asked["inferenceConfig"] == {"maxTokens": 500, "temperature": 0.3, "topP": 0.9}
    assert asked["toolConfig"]["toolChoice"] == {"tool": {"name": "write_referral_email"}}
    [tool] = asked["toolConfig"]["tools"]
    assert tool["toolSpec"]["inputSchema"]["json"]["required"] == ["subject", "body"]


def test_another_parameter_is_another_prompt_hash() -> None:
    hashes = {
        House(config=config).drafted().events("ReferralDrafted")[0]["prompt_hash"]
        for config in (CONFIG, changed(system_prompt="Be brief."), changed(inference=Inference(max_tokens=1)))
    }
    assert len(hashes) == 3


def test_a_referral_that_is_ahead_of_its_job_comes_again_and_is_drafted_then() -> None:
    house = House()
    house.room.given(registered(), moved())
    told = delivery(prepared(), "e-1")
    assert len(house.room.deliver([told])) == 1
    house.room.when(job("s-1"))
    assert house.room.deliver([told]) == []
    assert house.status == "in_review"


@pytest.mark.parametrize(
    ("consent", "required", "status"),
    [(True, True, "in_review"), (None, False, "in_review"), (None, True, "suppressed"), (False, False, "suppressed")],
)
def test_consent_decides(consent: bool | None, required: bool, status: str) -> None:
    house = House(require_consent=required)
    house.room.given(registered(), moved(), job("s-1", customer__marketing_consent=consent), prepared())
    assert house.status == status
    suppressed = [event["reason"] for event in house.events("ReferralSuppressed")]
    assert suppressed == (["no_consent"] if status == "suppressed" else [])
    assert bool(house.bedrock.asked) == (status == "in_review")


@pytest.mark.parametrize("said", [opted_out(), opted_out("c-other", email="Dana@Example.com")])
def test_nothing_is_written_to_a_person_who_opted_out_by_id_or_by_address(said: Any) -> None:
    house = House().ready()
    house.room.given(said, prepared())
    assert house.status == "suppressed"
    assert [event["reason"] for event in house.events("ReferralSuppressed")] == ["opted_out"]
    assert house.bedrock.asked == []


@pytest.mark.parametrize("known", [[], [registered()], [moved()], [registered(), moved(config_hash="another")]])
def test_without_an_agent_in_production_the_draft_waits_a_little_and_then_fails(known: list[Any]) -> None:
    house = House()
    house.room.given(*known, job("s-1"))
    assert len(house.room.deliver([delivery(prepared(), "e-1", receives=2)])) == 1
    assert house.room.deliver([delivery(prepared(), "e-1", receives=3)]) == []
    [event] = house.events("DraftFailed")
    assert (event["reason"], event["agent"], event["version"]) == ("no_production_agent", "referral-writer", None)
    assert house.bedrock.asked == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (THROTTLED, "model_throttled"), (refused("ModelNotReadyException", 429), "model_throttled"),
        (TIMEOUT, "model_timeout"), (refused("ModelTimeoutException", 408), "model_timeout"),
        (refused("ServiceUnavailableException", 503), "model_unavailable"),
        (refused("ModelErrorException", 424), "model_unavailable"),
        (ConnectionClosedError(endpoint_url="https://bedrock"), "model_unavailable"),
    ],
)
def test_a_fault_that_may_pass_comes_again_twice_and_then_is_told(fault: Exception, reason: str) -> None:
    house = House(fault).ready()
    for receives in (1, 2):
        assert len(house.room.deliver([delivery(prepared(), "e-1", receives)])) == 1
        assert house.events("DraftFailed") == []
    assert house.room.deliver([delivery(prepared(), "e-1", receives=3)]) == []
    [event] = house.events("DraftFailed")
    assert (event["reason"], event["version"], event["attempts"]) == (reason, 1, 3)
    assert len(house.bedrock.asked) == 3


def test_a_fault_that_passed_leaves_a_draft() -> None:
    house = House(THROTTLED, written()).ready()
    house.room.deliver([delivery(prepared(), "e-1", receives=1)])
    house.room.deliver([delivery(prepared(), "e-1", receives=2)])
    assert house.status == "in_review"
    assert house.events("DraftFailed") == []


@pytest.mark.parametrize(
    ("said", "reason", "asks"),
    [
        (answer("content_filtered"), "model_refused", 1),
        (answer("guardrail_intervened", {"text": "Blocked."}), "model_refused", 1),
        (answer("end_turn", {"text": "I can't help with that."}), "model_refused", 1),
        (refused("ValidationException", 400), "model_not_usable", 1),
        (refused("AccessDeniedException", 403), "model_not_usable", 1),
        (refused("ResourceNotFoundException", 404), "model_not_usable", 1),
        (written(stop="max_tokens"), "model_answer_invalid", 2),
        (answer("max_tokens"), "model_answer_invalid", 2),
        (answer("malformed_tool_use"), "model_answer_invalid", 2),
        (written(body="Too short."), "model_answer_invalid", 2),
        (written(body="w" * 6_001), "model_answer_invalid", 2),
        (written(subject="Hello\nBcc: x@example.com"), "model_answer_invalid", 2),
        (written(body=f'{BODY} <a href="https://example.org">here</a>'), "model_answer_invalid", 2),
        (written(body=None), "model_answer_invalid", 2),
        ({}, "model_answer_invalid", 2),
    ],
)
def test_what_will_not_pass_fails_at_once(said: Any, reason: str, asks: int) -> None:
    house = House(said).ready()
    assert house.room.when(prepared()) == []
    assert [event["reason"] for event in house.events("DraftFailed")] == [reason]
    assert len(house.bedrock.asked) == asks


def test_half_a_json_is_asked_for_once_more() -> None:
    half = {"toolUse": {"toolUseId": "t-1", "name": "write_referral_email", "input": '{"subject": "Hel'}}
    house = House(answer("tool_use", half), written()).drafted()
    assert house.status == "in_review"
    assert len(house.bedrock.asked) == 2
    [event] = house.events("ReferralDrafted")
    assert (event["input_tokens"], event["output_tokens"]) == (800, 200)


def test_latency_is_measured_over_all_asks() -> None:
    clock = iter([10.0, 11.25])
    bedrock = Bedrock(written())
    assert Model(lambda: bedrock, lambda: next(clock)).ask({}, MAIL).latency_ms == 1250


@pytest.mark.parametrize(
    "config", [changed(user_prompt="{{facts}} {{secrets}}"), changed(feature_set=["service_count", "shoe_size"])],
)
def test_a_prompt_that_nobody_can_fill_in_fails_with_its_reason(config: AgentConfig) -> None:
    house = House(config=config).drafted()
    assert [event["reason"] for event in house.events("DraftFailed")] == ["prompt_invalid"]
    assert house.bedrock.asked == []


def test_a_replay_calls_no_model() -> None:
    house = House().ready()
    assert house.room.when(prepared(), **{"replay-name": "again"}) == []
    assert house.bedrock.asked == []


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("local.writer", Decimal(0)),
        ("amazon.nova-lite-v1:0", Decimal("0.000048")),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", Decimal("0.00099")),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", Decimal("0.0009")),
        ("somebody.else-v1:0", None),
    ],
)
def test_a_call_costs_its_list_price_and_an_unknown_price_is_not_zero(model: str, cost: Decimal | None) -> None:
    assert prices.cost(model, 400, 100) == cost
    house = House(config=changed(model_id=model)).drafted()
    [event] = house.events("ReferralDrafted")
    assert event["cost_usd"] == (None if cost is None else str(cost))
    assert house.referral.draft and house.referral.draft.cost_usd == cost
