"""Where the account names a guardrail of Bedrock, the model is asked with it, in production as in an evaluation."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.stub import Stubber

from services.evaluation import terms as of_evaluation
from services.orchestrator import terms as of_orchestrator
from shared import aws
from shared.writing.content import Content
from shared.writing.faults import ModelThrottled
from shared.writing.mail import Guardrail, fingerprint, request
from shared.writing.model import Model, bedrock
from shared.writing.prompt import Prompt
from tests.harness.outside import BODY, SUBJECT, written
from tests.unit.evaluation import story as evaluating
from tests.unit.orchestrator.story import COMPANY, CONFIG, House, prepared

GUARDRAIL = Guardrail("abc123", "2")
WORDS = Content(subject=SUBJECT, body=BODY)
USAGE = [
    f"{policy}PolicyUnits" for policy in ("topic", "content", "word", "sensitiveInformation", "contextualGrounding")
] + ["sensitiveInformationPolicyFreeUnits"]
CONFIGURED = {"guardrailIdentifier": "abc123", "guardrailVersion": "2"}


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name, value in {"COMPANY": COMPANY.model_dump_json(), "JUDGE_MODEL": "m", "REPORTS_BUCKET": "b"}.items():
        monkeypatch.setenv(name, value)
    yield monkeypatch
    for module in (of_orchestrator, of_evaluation):
        module.terms.cache_clear()


def asked(guardrail: Guardrail | None) -> dict[str, Any]:
    return request(Prompt(CONFIG, "Write."), guardrail)


def test_drafts_and_evaluations_are_asked_with_it() -> None:
    house = House(guardrail=GUARDRAIL).drafted()
    bench = evaluating.House()
    bench.terms = replace(bench.terms, guardrail=GUARDRAIL)
    bench.evaluated(cases=1)
    written_by = [one for one in bench.colleagues.asked if "judge" not in str(one["toolConfig"])]
    assert [one["guardrailConfig"] for one in (*house.bedrock.asked, *written_by)] == [CONFIGURED] * 3


def test_the_finished_words_are_judged_as_well() -> None:
    house = House(guardrail=GUARDRAIL).drafted()
    [judged] = house.bedrock.judged
    assert judged == CONFIGURED | {"source": "OUTPUT", "content": [{"text": {"text": SUBJECT}}, {"text": {"text": BODY}}]}
    assert house.status == "in_review"


def test_words_that_it_does_not_let_pass_are_a_refusal_that_is_not_repeated() -> None:
    house = House(guardrail=GUARDRAIL).ready()
    house.bedrock.forbidden = {"roof"}
    house.room.given(prepared())
    assert (house.status, house.referral.reason, len(house.bedrock.asked)) == ("failed", "model_refused", 1)


def test_without_one_nothing_is_said_of_it() -> None:
    house = House().drafted()
    assert "guardrailConfig" not in house.bedrock.asked[0]
    assert house.bedrock.judged == []


def test_a_request_with_another_guardrail_is_another_request() -> None:
    known = [fingerprint(asked(one)) for one in (None, GUARDRAIL, Guardrail("abc123", "3"))]
    assert len(set(known)) == 3


def test_bedrock_knows_every_parameter(settings: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        settings.setenv(name, "testing")
    settings.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    aws.client.cache_clear()
    with Stubber(bedrock()) as stub:
        stub.add_response("converse", written() | {"metrics": {"latencyMs": 1}}, asked(GUARDRAIL))
        assert Model(bedrock).client().converse(**asked(GUARDRAIL))["stopReason"] == "tool_use"
        passed = {"usage": dict.fromkeys(USAGE, 1), "action": "NONE", "outputs": [], "assessments": []}
        stub.add_response("apply_guardrail", passed, GUARDRAIL.about(WORDS))
        Model(bedrock).let_pass(GUARDRAIL.about(WORDS))
        stub.add_client_error("apply_guardrail", "ThrottlingException", http_status_code=429)
        with pytest.raises(ModelThrottled):
            Model(bedrock).let_pass(GUARDRAIL.about(WORDS))
    aws.client.cache_clear()


@pytest.mark.parametrize("module", [of_orchestrator, of_evaluation], ids=["orchestrator", "evaluation"])
@pytest.mark.parametrize(("told", "known"), [
    ({"GUARDRAIL_ID": "abc123", "GUARDRAIL_VERSION": "2"}, GUARDRAIL),
    ({"GUARDRAIL_ID": "abc123"}, Guardrail("abc123", "DRAFT")), ({"GUARDRAIL_ID": ""}, None), ({}, None),
])
def test_both_services_know_it_from_their_templates(
    settings: pytest.MonkeyPatch, module: Any, told: dict[str, str], known: Guardrail | None,
) -> None:
    for name, value in told.items():
        settings.setenv(name, value)
    module.terms.cache_clear()
    assert module.terms().guardrail == known
