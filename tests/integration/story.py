"""What happens again and again in stories about the deployed services."""

import hmac
import json
from datetime import timedelta
from typing import Any

from botocore.stub import Stubber

from services.orchestrator import table
from shared import aws
from shared.clock import now
from shared.events import Event
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import job_detail
from tests.harness.outside import written
from tests.harness.room import said

CONFIG = {
    "model_id": "eu.example.writer-v1:0", "system_prompt": "You write short, honest mails.",
    "user_prompt": "{{facts}}\n{{notes}}\n{{examples}}\n{{company}}\nWrite the mail.",
}


def model() -> Stubber:
    """The model of this process; a story says what it answers, and enters it for as long as it answers."""
    return Stubber(aws.client("bedrock-runtime", attempts=1, read_timeout=60))


def writing(times: int = 1) -> Stubber:
    """A model that writes so many mails."""
    stubbed = model()
    for _ in range(times):
        stubbed.add_response("converse", written() | {"metrics": {"latencyMs": 1}})
    return stubbed


def ingestion(status: str = "", failed: int = 0, starts: bool = True) -> Stubber:
    """A knowledge base whose newest job has this status; none where that is empty."""
    stubbed, at = Stubber(aws.client("bedrock-agent")), now()
    job = {"knowledgeBaseId": "KB00000000", "dataSourceId": "DS00000000", "ingestionJobId": "J000000000", "startedAt": at, "updatedAt": at}
    newest = [job | {"status": status, "statistics": {"numberOfDocumentsFailed": failed}}] if status else []
    stubbed.add_response("list_ingestion_jobs", {"ingestionJobSummaries": newest})
    if starts:
        stubbed.add_response("start_ingestion_job", {"ingestionJob": job | {"status": "STARTING"}})
    return stubbed


def production(cloud: Cloud, **changes: Any) -> None:
    """An agent is registered and in production."""
    body = {"agent": "referral-writer", "config": CONFIG | changes, "author": "ae-1", "message": "first"}
    version = cloud.call("register_agent", "POST", "/agents", body).body["version"]
    moved = cloud.call("register_agent", "PUT", "/agents/referral-writer/aliases/production", {"version": version})
    assert moved.status == 200, moved.body


def candidate(cloud: Cloud) -> dict[str, Any]:
    """Another version is registered; answers how a rollout against version 1 names both."""
    body = {"agent": "referral-writer", "author": "ae-1", "message": "second"}
    config = CONFIG | {"system_prompt": "You write long, honest mails."}
    known = cloud.call("register_agent", "POST", "/agents", body | {"config": config}).body
    baseline = cloud.call("register_agent", "GET", "/agents/referral-writer/versions/1").body
    named = {"candidate": known["version"], "candidate_hash": known["config_hash"]}
    return named | {"baseline_hash": baseline["config_hash"]}


def say(cloud: Cloud, event: Event) -> None:
    """One of our services says this."""
    cloud.put(event.detail_type(), json.loads(event.wrap(said(event))), source=event.source)


def sender(cloud: Cloud) -> None:
    """SES may send for the company."""
    client("sesv2").create_email_identity(EmailIdentity="hello@example.com")


def feedback(cloud: Cloud, name: str, part: str, line: dict[str, Any], **about: Any) -> None:
    """SES says this of a mail, where SES speaks."""
    tags = {"ses:configuration-set": ["referral-local"], "referral_id": [line["referral_id"]]}
    mail = {"messageId": line["message_id"], "timestamp": now().isoformat(), "tags": tags}
    detail = {"mail": mail, part: {"timestamp": now().isoformat(), **about}}
    entry = {"Source": "aws.ses", "DetailType": name, "Detail": json.dumps(detail), "EventBusName": "default"}
    assert not client("events").put_events(Entries=[entry])["FailedEntryCount"]


def refusing(code: str, status: int) -> Stubber:
    """A provider that answers the next mail with this error."""
    stubbed = Stubber(aws.client("sesv2", attempts=1, read_timeout=20))
    stubbed.add_client_error("send_email", code, http_status_code=status)
    return stubbed


def unclear() -> Stubber:
    """A provider that does not say whether it took the mail."""
    return refusing("InternalFailure", 500)


def an_hour_passes(cloud: Cloud, referral_id: str) -> None:
    """... since the mail of this referral was claimed."""
    client("dynamodb").update_item(
        TableName=cloud.deployed.tables["Referrals"], Key=_wire(*table.referral_key(referral_id)),
        UpdateExpression="SET claimed_at = :then",
        ExpressionAttributeValues={":then": {"S": (now() - timedelta(hours=1)).isoformat()}},
    )


def weeks_pass(cloud: Cloud, referral_id: str) -> None:
    """... since this referral was drafted."""
    client("dynamodb").update_item(
        TableName=cloud.deployed.tables["Referrals"], Key=_wire(*table.referral_key(referral_id)),
        UpdateExpression="SET drafted_at = :then",
        ExpressionAttributeValues={":then": {"S": (now() - timedelta(weeks=3)).isoformat()}},
    )


def waited(cloud: Cloud, referral_id: str) -> None:
    """A mail of this referral waited until now."""
    row = {"queue_pk": {"S": "DUE"}, "queue_sk": {"S": f"2026-01-01#{referral_id}"}, "rev": {"N": "1"}}
    client("dynamodb").put_item(
        TableName=cloud.deployed.tables["Referrals"], Item=_wire(f"REFERRAL#{referral_id}", "DUE") | row,
    )


def follow_link(cloud: Cloud, method: str, referral_id: str) -> int:
    """What the link of this referral's mail answers; only who knows the account's secret can make it up."""
    secret = client("secretsmanager").get_secret_value(SecretId=cloud.deployed.functions["unsubscribe"].environment["SENDING_SECRET"])
    said = hmac.digest(secret["SecretString"].encode(), f"unsubscribe\x1f{referral_id}".encode(), "sha256").hex()
    request = {"requestContext": {"http": {"method": method}}, "rawPath": f"/{referral_id}.{said[:32]}"}
    return int(cloud.invoke("unsubscribe", request)["statusCode"])


def jobs(cloud: Cloud, *service_ids: str, **changes: Any) -> None:
    for service_id in service_ids:
        cloud.put("ServiceCompleted", job_detail(service_id, **changes))


def rubbish(cloud: Cloud, function: str) -> None:
    """Something that is no event lies in a mailbox."""
    client("sqs").send_message(QueueUrl=cloud.deployed.functions[function].queue, MessageBody="no json")


def unspeakable(cloud: Cloud, table: str, source: str) -> None:
    """A row in the outbox that the bus will never take."""
    row = {"pk": "OUTBOX#x", "sk": "OUTBOX", "source": source, "detail_type": "Broken", "detail": "no json"}
    client("dynamodb").put_item(
        TableName=cloud.deployed.tables[table], Item={name: {"S": value} for name, value in row.items()},
    )


def drafts(cloud: Cloud, status: str = "in_review") -> list[dict[str, Any]]:
    return cloud.call("review_api", "GET", "/drafts", status=status).body["drafts"]


def decide(cloud: Cloud, verb: str, line: dict[str, Any], **more: Any) -> Any:
    body = {"content_hash": line["content_hash"], "reviewer": "r-1"} | more
    return cloud.call("review_api", "POST", f"/drafts/{line['referral_id']}/{verb}", body)


def _wire(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def types(said: list[dict[str, Any]]) -> list[str]:
    """The detail-types of events, those of our own only."""
    return [event["detail-type"] for event in said if event["source"].startswith("referral.")]


def heard_as(said: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """What the events of one kind say, in the order in which they were heard."""
    return [event["detail"]["data"] for event in said if event["detail-type"] == kind]


def text(value: Any) -> str:
    """Everything of it as one text, to look for something that must not be in it."""
    return json.dumps(value, default=str)
