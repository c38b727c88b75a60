"""Who may deploy can do it, and nothing else; what is made by a deployment stays inside the boundary."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infra import access
from infra.accounts import NAMES, ROOT, account
from tests.architecture.source import told
from tests.architecture.test_templates import TEMPLATES, roles
from tests.harness.templates import Template, Unresolved, listed, resolve

ACCESS = Template(ROOT / "infra/access/template.yaml")
ID, OTHER = "111122223333", "444455556666"
NAMES_OF = Unresolved({
    "Account": "dev", "AWS::AccountId": ID, "AWS::Partition": "aws", "AWS::Region": "eu-west-1",
    "Boundary": "boundary", "Artifacts.Arn": f"arn:aws:s3:::referral-dev-artifacts-{ID}",
    "CloudFormationRole.Arn": f"arn:aws:iam::{ID}:role/referral-dev-cloudformation",
    "CodeDeployRole.Arn": f"arn:aws:iam::{ID}:role/referral-dev-code-deploy",
})
LARGEST_POLICY = 6144  # characters without blanks, of a managed policy
NAMELESS = {  # actions for which AWS knows no resource, or none before it is made
    "cloudformation:DescribeStackDriftDetectionStatus", "cloudformation:ValidateTemplate",
    "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "kms:CreateKey", "kms:TagResource",
    "dynamodb:ListStreams", "xray:PutTelemetryRecords", "xray:PutTraceSegments", "logs:DescribeLogGroups",
    "secretsmanager:GetRandomPassword", "bedrock:CreateKnowledgeBase", "cognito-idp:CreateUserPool",
    "aoss:BatchGetCollection", "aoss:CreateAccessPolicy", "aoss:CreateCollection", "aoss:CreateSecurityPolicy",
    "aoss:DeleteAccessPolicy", "aoss:DeleteSecurityPolicy", "aoss:GetAccessPolicy", "aoss:GetSecurityPolicy",
    "aoss:UpdateAccessPolicy", "aoss:UpdateSecurityPolicy", "logs:CreateLogDelivery", "logs:DeleteLogDelivery",
    "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:UpdateLogDelivery",
}
MADE_BY = {  # the right that makes a type, where its name does not say it
    "AWS::ApiGatewayV2": "apigateway:POST", "AWS::Cognito::UserPoolGroup": "cognito-idp:CreateGroup",
    "AWS::Events::EventBusPolicy": "events:PutPermission",
    "AWS::Events::Rule": "events:PutRule", "AWS::IAM::ManagedPolicy": "iam:CreatePolicy",
    "AWS::IAM::Policy": "iam:PutRolePolicy", "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::Lambda::Url": "lambda:CreateFunctionUrlConfig", "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch:PutCompositeAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy", "AWS::SNS::Subscription": "sns:Subscribe",
    "AWS::SNS::TopicPolicy": "sns:SetTopicAttributes", "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
    "AWS::SSM::Parameter": "ssm:PutParameter", "AWS::OpenSearchServerless::Index": "aoss:APIAccessAll",
    "AWS::Serverless::Application": "cloudformation:CreateStack", "AWS::Serverless::Function": "lambda:CreateFunction",
}
SERVICES = {
    "Cognito": "cognito-idp", "DynamoDB": "dynamodb", "OpenSearchServerless": "aoss", "S3Vectors": "s3vectors",
    "SecretsManager": "secretsmanager",
}


def said_by(name: str) -> list[dict[str, Any]]:
    """Every statement of a role of the access stack or of a policy, resolved, with those that hang on a condition."""
    made = ACCESS.body["Resources"][name]["Properties"]
    policies = [policy["Fn::If"][1] if "Fn::If" in policy else policy for policy in made.get("Policies", [])]
    documents = [policy["PolicyDocument"] for policy in (*policies, made) if "PolicyDocument" in policy]
    own = [resolve(said, NAMES_OF) for document in documents for said in document["Statement"]]
    return own + [said for told in made.get("ManagedPolicyArns", []) for said in said_by(told["Ref"])]


def trusts(name: str) -> list[dict[str, Any]]:
    said = ACCESS.of_type("AWS::IAM::Role")[name]["AssumeRolePolicyDocument"]["Statement"]
    return [one["Fn::If"][1] if "Fn::If" in one else one for one in said]


def allowed(name: str, action: str, resource: str) -> bool:
    return any(
        any(fnmatchcase(action, one) for one in listed(said["Action"]))
        and any(fnmatchcase(resource, one) for one in listed(said["Resource"])) for said in said_by(name)
    )


def everything() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in (*ACCESS.of_type("AWS::IAM::Role"), *ACCESS.of_type("AWS::IAM::ManagedPolicy")):
        yield from ((name, said) for said in said_by(name))


def granted() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of a role of the stacks, of a policy and of one that hangs on a condition."""
    yield from roles()
    for one in TEMPLATES:
        for name, known in one.of_type("AWS::IAM::Policy").items():
            yield from ((f"{one.name} {name}", said) for said in known["PolicyDocument"]["Statement"])


def test_only_one_environment_of_one_repository_gets_in_from_github() -> None:
    [github] = [said for said in trusts("DeployRole") if said["Action"] == "sts:AssumeRoleWithWebIdentity"]
    issuer = "token.actions.githubusercontent.com"
    exactly = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": {"Ref": "Subject"}}
    assert github["Condition"] == {"StringEquals": exactly}
    assert github["Principal"]["Federated"]["Fn::Sub"].endswith(f":oidc-provider/{issuer}")


def test_from_another_account_one_role_gets_in() -> None:
    for name, parameter in (("DeployRole", "ToolsRole"), ("ReleasesRole", "NextDeployRole")):
        [foreign] = [said for said in trusts(name) if parameter in json.dumps(said)]
        assert foreign["Condition"] == {"StringEquals": {"aws:PrincipalArn": {"Ref": parameter}}}


def test_every_door_is_named_exactly() -> None:
    text = json.dumps([trusts(name) for name in ACCESS.of_type("AWS::IAM::Role")])
    assert "StringLike" not in text
    assert '"*"' not in text


def test_nothing_may_do_everything() -> None:
    loose = [f"{name}: {said['Action']}" for name, said in everything() if "*" in listed(said["Action"]) or any(
        one.endswith(":*") for one in listed(said["Action"]))]
    loose += [
        f"{name}: {action} on everything" for name, said in everything() if "*" in listed(said["Resource"])
        for action in listed(said["Action"]) if action not in NAMELESS
    ]
    assert not loose, told(loose)


def test_the_pipeline_makes_nothing_itself() -> None:
    services = {action.partition(":")[0] for said in said_by("DeployRole") for action in listed(said["Action"])}
    assert services == {"cloudformation", "iam", "s3", "ssm", "sts"}
    [passing] = [said for said in said_by("DeployRole") if "iam:PassRole" in listed(said["Action"])]
    assert passing["Resource"] == NAMES_OF["CloudFormationRole.Arn"]


@pytest.mark.parametrize("what", ["deploy", "cloudformation", "releases", "code-deploy"])
def test_a_deployment_can_not_change_who_may_deploy(what: str) -> None:
    role, boundary = f"arn:aws:iam::{ID}:role/referral-dev-{what}", f"arn:aws:iam::{ID}:policy/referral-dev-boundary"
    for action in ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole"):
        assert not allowed("CloudFormationRole", f"iam:{action}", role)
    for action in ("CreatePolicyVersion", "DeletePolicy"):
        assert not allowed("CloudFormationRole", f"iam:{action}", boundary)
    assert not allowed("CloudFormationRole", "iam:DeleteRolePermissionsBoundary", "*")
    assert not allowed("DeployRole", "cloudformation:CreateChangeSet", _stack("referral-access-dev"))


def test_roles_are_made_inside_the_boundary_only() -> None:
    [making] = [said for said in said_by("CloudFormationRole") if "iam:CreateRole" in listed(said["Action"])]
    assert making["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": "boundary"}}
    assert "iam:PutRolePermissionsBoundary" in making["Action"]


def test_every_role_fits_into_the_boundary() -> None:
    bound = {action for said in said_by("Boundary") for action in listed(said["Action"])}
    outside = [
        f"{place}: {action} on {resource}" for place, said in granted() for action in listed(said["Action"])
        for resource in listed(resolve(said["Resource"], NAMES_OF))
        if action not in bound or (str(resource).startswith("arn:") and not allowed("Boundary", action, resource))
    ]
    assert not outside, told(outside)


def test_the_boundary_is_no_wider_than_what_some_role_does() -> None:
    used = {action for _, said in granted() if said["Effect"] == "Allow" for action in listed(said["Action"])}
    idle = [action for said in said_by("Boundary") for action in listed(said["Action"]) if action not in used]
    assert not idle, told(idle)


def test_cloudformation_may_make_every_type_that_a_template_has() -> None:
    kinds = {known["Type"] for one in TEMPLATES for known in one.body["Resources"].values()}
    may = {action for said in said_by("CloudFormationRole") for action in listed(said["Action"])}
    missing = [f"{kind}: {_making(kind)}" for kind in sorted(kinds) if _making(kind) not in may]
    assert not missing, told(missing)


def test_a_role_with_a_name_may_be_made_by_it() -> None:
    known = [made for one in TEMPLATES for made in one.of_type("AWS::IAM::Role").values()]
    named = [resolve(made["RoleName"], NAMES_OF) for made in known if "RoleName" in made]
    assert named
    for name in named:
        assert allowed("CloudFormationRole", "iam:CreateRole", f"arn:aws:iam::{ID}:role/{name}")


def test_policies_are_as_short_as_iam_wants_them() -> None:
    for name, made in ACCESS.of_type("AWS::IAM::ManagedPolicy").items():
        resolved = json.dumps(resolve(made["PolicyDocument"], NAMES_OF), separators=(",", ":"))
        assert len(resolved) < LARGEST_POLICY, name


def test_accounts_let_in_the_one_after_them() -> None:
    given = {name: access.parameters(account(name) | {"repository": "example/referrals"}, ID) for name in NAMES}
    assert given["dev"]["Subject"] == "repo:example/referrals:environment:dev"
    assert given["dev"]["NextDeployRole"] == f"arn:aws:iam::{ID}:role/referral-test-deploy"
    assert given["test"]["PreviousReleasesRole"] == f"arn:aws:iam::{ID}:role/referral-dev-releases"
    assert (given["prod"]["NextDeployRole"], given["dev"]["PreviousReleasesRole"]) == ("", "")
    assert [given[name]["MakeProvider"] for name in ("dev", "test", "prod")] == ["true", "false", "false"]


def _making(kind: str) -> str:
    for known, action in MADE_BY.items():
        if kind.startswith(known):
            return action
    _, service, what = kind.split("::")
    return f"{SERVICES.get(service, service.lower())}:Create{what}"


def _stack(name: str) -> str:
    return f"arn:aws:cloudformation:eu-west-1:{ID}:stack/{name}/1"
