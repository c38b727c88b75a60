"""Calls that no function of ours ever has to make, whatever happens."""

from collections.abc import Iterator

from tests.harness.deployment import BUS, PLACE, Deployment
from tests.harness.permissions import Right, rights
from tests.harness.templates import given, resolve, template

_OWNER = PLACE.partition(":")[2]
_STRANGERS = (
    Right("dynamodb:Query", f"arn:aws:dynamodb:{PLACE}:table/{BUS}-Nobodys"),
    Right("dynamodb:PutItem", f"arn:aws:dynamodb:{PLACE}:table/{BUS}-sandbox-orchestrator"),
    Right("sqs:SendMessage", f"arn:aws:sqs:{PLACE}:{BUS}-nobodys"),
    Right("s3:GetObject", "arn:aws:s3:::somebody-elses/key"),
    Right("s3:PutObject", f"arn:aws:s3:::referral-local-artifacts-{_OWNER}/release.zip"),
    Right("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{PLACE}:secret:somebody-elses"),
    Right("ssm:GetParameter", f"arn:aws:ssm:{PLACE}:parameter/somebody-elses"),
    Right("ssm:PutParameter", f"arn:aws:ssm:{PLACE}:parameter/referral/local/prep/table"),
    Right("ses:SendEmail", f"arn:aws:ses:{PLACE}:identity/example.com", "somebody.else@example.com"),
    Right("ses:SendRawEmail", f"arn:aws:ses:{PLACE}:identity/example.com", "hello@example.com"),
    Right("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/default", "aws.ses"),
    Right("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/{BUS}", "referral.nobody"),
    Right("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/{BUS}", "upstream.crm"),
    Right("sts:AssumeRole", f"arn:aws:iam::{_OWNER}:role/{BUS}-upstream"),
    Right("iam:PassRole", f"arn:aws:iam::{_OWNER}:role/{BUS}-any"),
    Right("iam:PutRolePolicy", f"arn:aws:iam::{_OWNER}:role/{BUS}-any"),
    Right("kms:Decrypt", f"arn:aws:kms:{PLACE}:key/any"),
    Right("cloudformation:UpdateStack", f"arn:aws:cloudformation:{PLACE}:stack/referral-email-system-local-prep/any"),
    Right("logs:DeleteLogGroup", f"arn:aws:logs:{PLACE}:log-group:/referral/local/prep"),
    Right("logs:FilterLogEvents", f"arn:aws:logs:{PLACE}:log-group:/referral/local/prep"),
)
_OF_TABLES = ("Scan", "DeleteTable", "UpdateTable", "UpdateTimeToLive", "RestoreTableToPointInTime")
_OF_FUNCTIONS = ("InvokeFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration")


def never(deployed: Deployment) -> Iterator[Right]:
    """What belongs to somebody else, what people or deployments do, and what would undo the system."""
    yield from _STRANGERS
    function, queue = f"arn:aws:lambda:{PLACE}:function:{BUS}", f"arn:aws:sqs:{PLACE}"
    for table in deployed.tables.values():
        yield from (Right(f"dynamodb:{action}", f"arn:aws:dynamodb:{PLACE}:table/{table}") for action in _OF_TABLES)
    for known in deployed.functions.values():
        yield from (Right(f"lambda:{action}", f"{function}-{known.name}") for action in _OF_FUNCTIONS)
        if known.queue:
            yield Right("sqs:PurgeQueue", f"{queue}:{known.queue.rpartition('/')[2]}")


def seen() -> Iterator[Right]:
    """What every function may do to be seen: write logs and traces."""
    policy = template("platform").of_type("AWS::IAM::ManagedPolicy")["Observe"]
    return rights(resolve(policy["PolicyDocument"]["Statement"], given()))
