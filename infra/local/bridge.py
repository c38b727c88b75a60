"""Where the laptop's AWS falls short of AWS, and what stands in; services know nothing of this.

A few resource types of the templates can't be had there: those that the emulator has an API for are made through it, the
others are left out and named by ``referral status``.
"""

import os
from email.utils import parseaddr
from typing import Any

from infra import Problem, webhooks

ARTIFACTS = "referral-local-artifacts"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
THROUGH_API = {"AWS::Events::Archive": "made through the API"}
LEFT_OUT = {
    "AWS::Events::EventBusPolicy": "no other AWS account can reach the laptop's bus, and it speaks plain HTTP",
    "AWS::S3::BucketPolicy": "it demands TLS, and the laptop's endpoint speaks plain HTTP on loopback",
    "AWS::CodeDeploy::DeploymentGroup": "new code takes all calls at once",
    "AWS::IAM::OIDCProvider": "its STS knows GitHub's tokens without one",
    "AWS::Bedrock::KnowledgeBase": "the endpoint of the laptop's model answers Retrieve, from the bucket with examples",
    "AWS::Bedrock::DataSource": "there is nothing to ingest: what lies in the bucket is found",
    "AWS::S3Vectors::VectorBucket": "examples are ranked by words (BM25), not by vectors",
    "AWS::S3Vectors::Index": "as the vector bucket",
    "AWS::OpenSearchServerless::AccessPolicy": "as the vector bucket",
    "AWS::OpenSearchServerless::Collection": "as the vector bucket",
    "AWS::OpenSearchServerless::Index": "as the vector bucket",
    "AWS::OpenSearchServerless::SecurityPolicy": "as the vector bucket",
}
KNOWLEDGE_BASE = "LAPTOP0000"  # the id of the knowledge base that the model's endpoint plays
EXAMPLES = "referral-local-examples-000000000000"  # the bucket, in the emulator's only account
DEFAULT_PORT = 4566
_LAST_PORT = 65535


def port() -> int:
    """Where the laptop's AWS listens; the model has the next port. Raises Problem where REFERRAL_PORT names none."""
    named = os.environ.get("REFERRAL_PORT", str(DEFAULT_PORT))
    if not named.isdecimal() or not 0 < int(named) < _LAST_PORT:
        raise Problem(f"REFERRAL_PORT is {named!r}: it must be a number from 1 to {_LAST_PORT - 1}, such as 4600.")
    return int(named)


def endpoint() -> str:
    return f"http://127.0.0.1:{port()}"


def model_endpoint() -> str:
    return f"http://127.0.0.1:{port() + 1}"


def environment(settings: dict[str, Any]) -> dict[str, str]:
    """The environment in which the AWS tools work on the laptop, whatever account the shell is set up for."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return inherited | CREDENTIALS | {
        "AWS_ENDPOINT_URL": endpoint(),
        "AWS_REGION": settings["region"],
        "AWS_DEFAULT_REGION": settings["region"],
        "SAM_CLI_POLL_DELAY": "0.1",
        "SAM_CLI_TELEMETRY": "0",
    }


def client(name: str, settings: dict[str, Any]) -> Any:
    """A client of the laptop's AWS with an operator's rights."""
    import boto3

    return boto3.client(
        name, endpoint_url=endpoint(), region_name=settings["region"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"], aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def make_room_for_artifacts(settings: dict[str, Any]) -> None:
    """The bucket that deployments upload to; an account has one by infra/access."""
    region = {"LocationConstraint": settings["region"]}
    s3 = client("s3", settings)
    if ARTIFACTS not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration=region)


def make_through_api(settings: dict[str, Any]) -> None:
    """What the templates describe and the emulator makes only through its API, and what an operator does once on AWS."""
    _archive(settings)
    _allow_mail(settings)
    _name_knowledge_base(settings)
    _agree_on_a_secret(settings)


def _allow_mail(settings: dict[str, Any]) -> None:
    """A sender that SES knows, out of the sandbox; on AWS the operator verifies a domain and asks for it."""
    ses = client("sesv2", settings)
    sender = parseaddr(settings["company"]["sender"])[1]
    if sender not in {known["IdentityName"] for known in ses.list_email_identities()["EmailIdentities"]}:
        ses.create_email_identity(EmailIdentity=sender)
    ses.put_account_details(
        MailType="MARKETING", WebsiteURL=settings["company"]["referral_url"], ProductionAccessEnabled=True,
    )


def _name_knowledge_base(settings: dict[str, Any]) -> None:
    known = {"Name": "/referral/local/knowledge/id", "Value": KNOWLEDGE_BASE, "Type": "String", "Overwrite": True}
    client("ssm", settings).put_parameter(**known)


def _agree_on_a_secret(settings: dict[str, Any]) -> None:
    """With whoever sends webhooks; on AWS an operator makes it."""
    ssm = client("ssm", settings)
    if not webhooks.known(ssm, settings["name"]):
        webhooks.keep(ssm, settings["name"], [webhooks.fresh()])


def _archive(settings: dict[str, Any]) -> None:
    events = client("events", settings)
    bus = f"referral-{settings['name']}"
    if not events.list_archives(NamePrefix=bus)["Archives"]:
        arn = events.describe_event_bus(Name=bus)["Arn"]
        events.create_archive(ArchiveName=bus, EventSourceArn=arn, RetentionDays=settings["archive_days"])
