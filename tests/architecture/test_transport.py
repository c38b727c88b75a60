"""Nobody reaches a queue, topic, bucket or bus without TLS, and AWS's own services only in this account's name."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.accounts import ROOT
from infra.local.adapted import demands_tls, fitted
from tests.harness.templates import Template, listed

TEMPLATES = [Template(path) for path in sorted([*ROOT.glob("*/*/template.yaml"), *ROOT.glob("infra/service/*.yaml")])]
POLICIES = {"AWS::SQS::QueuePolicy": "Queues", "AWS::SNS::TopicPolicy": "Topics", "AWS::S3::BucketPolicy": "Bucket"}
KEPT = {"AWS::SQS::Queue": "sqs:*", "AWS::SNS::Topic": "sns:Publish", "AWS::S3::Bucket": "s3:*"}
# Who names a role to these needs iam:PassRole.
BY_ITSELF = {"lambda.amazonaws.com", "cloudformation.amazonaws.com", "codedeploy.amazonaws.com"}
Statement = dict[str, Any]


def of_policies(one: Template) -> Iterator[tuple[str, Statement]]:
    """Logical id of what a policy protects, and each statement about it."""
    for kind, whom in POLICIES.items():
        for policy in one.of_type(kind).values():
            for target in listed(policy[whom]):
                yield from ((target["Ref"], said) for said in policy["PolicyDocument"]["Statement"])
    for policy in one.of_type("AWS::Events::EventBusPolicy").values():
        yield policy["EventBusName"]["Ref"], policy["Statement"]


def trusts(one: Template) -> Iterator[Statement]:
    for role in one.of_type("AWS::IAM::Role").values():
        for said in role["AssumeRolePolicyDocument"]["Statement"]:
            yield said["Fn::If"][1] if "Fn::If" in said else said


def protects(said: Statement, name: str, action: str) -> bool:
    named = ({"Fn::GetAtt": [name, "Arn"]}, {"Ref": name})
    own = [resource for resource in listed(said["Resource"]) if resource in named]
    whole = action != "s3:*" or {"Fn::Sub": f"${{{name}.Arn}}/*"} in said["Resource"]
    asked = (said["Effect"], said["Principal"], said["Action"], said["Condition"])
    return bool(own) and whole and asked == ("Deny", "*", action, {"Bool": {"aws:SecureTransport": "false"}})


KINDS = [(one, name, action) for one in TEMPLATES for kind, action in KEPT.items() for name in one.of_type(kind)]
BUSES = [(one, name, "events:PutEvents") for one in TEMPLATES for name in one.of_type("AWS::Events::EventBus")]


@pytest.mark.parametrize(("one", "name", "action"), KINDS + BUSES, ids=lambda told: getattr(told, "name", told))
def test_a_call_without_tls_is_refused(one: Template, name: str, action: str) -> None:
    assert any(demands_tls(said) and protects(said, name, action) for whom, said in of_policies(one) if whom == name)


@pytest.mark.parametrize("one", TEMPLATES, ids=lambda one: one.name)
def test_a_service_of_aws_speaks_for_this_account_only(one: Template) -> None:
    allowed = [said for said in [*trusts(one), *(said for _, said in of_policies(one))] if said["Effect"] == "Allow"]
    by_service = [said for said in allowed if said["Principal"].get("Service", "lambda.amazonaws.com") not in BY_ITSELF]
    loose = [said for said in by_service if not {"aws:SourceArn", "aws:SourceAccount"} & conditions(said)]
    assert not loose


def conditions(said: Statement) -> set[str]:
    return {key for operator in said.get("Condition", {}).values() for key in operator}


def test_nobody_else_may_do_anything_with_what_is_kept() -> None:
    allowed = [said for one in TEMPLATES for _, said in of_policies(one) if said["Effect"] == "Allow"]
    assert allowed
    assert [said for said in allowed if said["Principal"] == "*" or "Condition" not in said] == []


def test_only_the_demand_of_tls_is_left_out_on_the_laptop() -> None:
    rules = {"Effect": "Allow", "Action": "sqs:SendMessage"}
    tls = {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    policies = {"Both": [rules, tls], "Tls": [tls]}
    parsed = {
        name: {"Type": "AWS::SQS::QueuePolicy", "Properties": {"PolicyDocument": {"Statement": said}}}
        for name, said in policies.items()
    }
    [(name, left)] = fitted({"Resources": parsed})["Resources"].items()
    assert (name, left["Properties"]["PolicyDocument"]["Statement"]) == ("Both", [rules])
