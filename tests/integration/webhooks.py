"""A sender of webhooks in stories about the deployed services."""

import json
from typing import Any

from infra import webhooks
from services.prep.webhook_secrets import secrets
from shared.clock import now
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.http import Answer
from tests.unit.prep.webhooks import fact, request


def agree_on(*valid: str) -> None:
    """An operator keeps these secrets, or deletes the parameter; functions have just started."""
    if valid:
        webhooks.keep(client("ssm"), "local", list(valid))
    else:
        client("ssm").delete_parameter(Name=webhooks.parameter("local"))
    secrets.cache_clear()


def webhook(cloud: Cloud, kind: str, data: Any, **signed: Any) -> Answer:
    """What the deployed webhook answers to a fact."""
    answer = cloud.invoke("receive_webhook", request(fact(kind, data), **{"at": now()} | signed))
    return Answer(answer["statusCode"], json.loads(answer["body"]))
