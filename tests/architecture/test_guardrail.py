"""A guardrail of Bedrock is asked where the account names one, and nobody may ask it elsewhere."""

import pytest

from tests.harness.templates import Unresolved, resolve, statements, template

NAMES = Unresolved(GuardrailId="abc123")
WRITING = pytest.mark.parametrize("service", ["orchestrator", "evaluation"])
ASKS = "bedrock:InvokeModel"


@WRITING
def test_whoever_asks_a_model_may_apply_exactly_this_guardrail(service: str) -> None:
    [policy] = template(service).of_type("AWS::IAM::Policy").values()
    asking = {role for role in template(service).of_type("AWS::IAM::Role") if _asks_models(service, role)}
    assert {role["Ref"] for role in policy["Roles"]} == asking
    [said] = policy["PolicyDocument"]["Statement"]
    assert (said["Effect"], said["Action"]) == ("Allow", "bedrock:ApplyGuardrail")
    assert resolve(said["Resource"], NAMES).endswith(":guardrail/abc123")


@WRITING
def test_without_a_guardrail_there_is_no_such_right(service: str) -> None:
    [known] = [made for made in template(service).body["Resources"].values() if made["Type"] == "AWS::IAM::Policy"]
    assert known["Condition"] == "HasGuardrail"
    assert template(service).body["Conditions"]["HasGuardrail"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "GuardrailId"}, ""]}],
    }
    roles = template(service).of_type("AWS::IAM::Role")
    assert "ApplyGuardrail" not in str([list(statements(template(service), _named(role))) for role in roles])


@WRITING
def test_every_function_is_told_of_it(service: str) -> None:
    for known in template(service).functions().values():
        told = known["Environment"]["Variables"]
        assert (told["GUARDRAIL_ID"], told["GUARDRAIL_VERSION"]) == ({"Ref": "GuardrailId"}, {"Ref": "GuardrailVersion"})


def _asks_models(service: str, role: str) -> bool:
    return ASKS in str(list(statements(template(service), _named(role))))


def _named(role: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [role, "Arn"]}
