"""What every stack of an account has beyond its template, as CloudFormation will see it."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.accounts import NAMES, ROOT, account
from infra.cli.session import Account
from infra.promotion.aspects import LIVE, SHIFTS, bounded, gradual
from tests.harness.templates import BASE, CONSOLE, Template, services, template

STACKS = [*(template(name) for name in (*BASE, *services(), CONSOLE)), Template(ROOT / "infra/service/outbox.yaml")]
each_stack = pytest.mark.parametrize("source", STACKS, ids=lambda source: source.name)


def seen(source: Template) -> dict[str, Any]:
    return gradual(bounded(copy.deepcopy(source.body)))


def translated(source: Template, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The template after SAM's transform, which CloudFormation does on AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    told = seen(source)
    told["Resources"] = {name: made for name, made in told["Resources"].items() if made["Type"] != "AWS::Serverless::Application"}
    told.setdefault("Globals", {}).setdefault("Function", {})["CodeUri"] = "s3://bucket/key"
    for made in told["Resources"].values():
        if made["Type"] == "AWS::Serverless::Function":
            made["Properties"]["CodeUri"] = "s3://bucket/key"
    return Translator({}, Parser()).translate(told, {"CodeShift": "Canary10Percent5Minutes"})["Resources"]


def _circular(resources: dict[str, Any]) -> list[str]:
    """Resources of which each waits for another one; CloudFormation takes no such template."""
    waiting = {name: {other for other in resources if other != name and _names(made, other)} for name, made in resources.items()}
    while free := [name for name, others in waiting.items() if not others & set(waiting)]:
        for name in free:
            del waiting[name]
    return list(waiting)


def _names(made: dict[str, Any], other: str) -> bool:
    text = json.dumps(made)
    return any(part in text for part in (f'{{"Ref": "{other}"}}', f'["{other}", ', f"${{{other}}}", f"${{{other}."))


def of_type(resources: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    return (made["Properties"] for made in resources.values() if made["Type"] == kind)


@each_stack
def test_every_role_is_inside_the_boundary(source: Template) -> None:
    for role in of_type(seen(source)["Resources"], "AWS::IAM::Role"):
        assert role["PermissionsBoundary"]["Fn::Sub"].endswith(":policy/referral-${Account}-boundary")
        assert "RoleName" in role or role["Path"] == {"Fn::Sub": "/referral/${Account}/"}


@each_stack
def test_nobody_calls_a_function_past_its_alias(source: Template) -> None:
    told = seen(source)
    functions = [name for name, made in told["Resources"].items() if made["Type"].endswith("::Function")]
    text = json.dumps(told)
    assert not [name for name in functions if f'{{"Fn::GetAtt": ["{name}", "Arn"]}}' in text]
    for kind, named in (("AWS::ApiGatewayV2::Integration", "IntegrationUri"), ("AWS::Lambda::Permission", "FunctionName")):
        assert all(made[named]["Fn::Sub"].endswith(":live") for made in of_type(told["Resources"], kind))


@pytest.mark.parametrize("source", [template("orchestrator"), STACKS[-1]], ids=lambda source: source.name)
def test_every_function_moves_to_new_code_by_codedeploy_and_back_by_alarm(
    source: Template, monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = translated(source, monkeypatch)
    functions = [name for name, known in made.items() if known["Type"] == "AWS::Lambda::Function"]
    groups = list(of_type(made, "AWS::CodeDeploy::DeploymentGroup"))
    assert len(functions) == len(groups) > 0
    for group in groups:
        assert group["DeploymentConfigName"]["Fn::Sub"][1]["ConfigName"] == "Canary10Percent5Minutes"
        assert {"Name": {"Ref": "NewCodeFails"}} in group["AlarmConfiguration"]["Alarms"]
        assert group["ServiceRoleArn"]["Fn::Sub"].endswith("referral-${Account}-code-deploy")
    watched = [one for alarm in of_type(made, "AWS::CloudWatch::Alarm") for one in alarm.get("Metrics", []) if "MetricStat" in one]
    told = [one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Fn::Sub"] for one in watched]
    assert sorted(told) == sorted(made[name]["Properties"]["FunctionName"]["Fn::Sub"] for name in functions)
    assert not _circular(made)
    for mapping in of_type(made, "AWS::Lambda::EventSourceMapping"):
        assert mapping["FunctionName"]["Ref"].endswith("Aliaslive")


def test_no_alarm_has_more_metrics_than_cloudwatch_takes() -> None:
    for source in STACKS:
        for alarm in of_type(seen(source)["Resources"], "AWS::CloudWatch::Alarm"):
            assert len(alarm.get("Metrics", [])) <= 10


def test_the_command_line_calls_the_alias_as_well() -> None:
    assert Account("dev").qualifier == {"Qualifier": LIVE}
    assert Account("local").qualifier == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_account_names_a_shift_that_there_is(name: str) -> None:
    assert account(name)["code_shift"] in SHIFTS
