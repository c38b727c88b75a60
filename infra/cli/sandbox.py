"""A sandbox: services' own code with empty tables, under a role that can write to these tables and do nothing else.

That no mail leaves, no model is asked and no pointer moves there is no decision of the code that runs: the role
``referral-<account>-sandbox`` does not allow it.
"""

import os
from typing import Any

from infra.cli import tables
from infra.cli.folding import Folding
from infra.cli.listeners import Listener
from infra.cli.recorded import Envelope
from infra.cli.session import Account, options
from shared import aws
from shared.store import DynamoStore


class Sandbox:
    """A fresh one for some services; from now on this process has the rights of the sandbox's role and no others."""

    def __init__(self, account: Account, services: set[str], replay: str) -> None:
        self._account = account
        self._replay = replay
        shapes = {service: tables.shape(account, service) for service in services}
        self._dynamodb = _become(account).create_client("dynamodb", **options(account))
        self.tables = {service: self._fresh(service, shape) for service, shape in shapes.items()}

    def __call__(self, listener: Listener, some: list[Envelope]) -> list[Envelope]:
        return Folding(listener, DynamoStore(self.tables[listener.service], self._dynamodb)).fold(some, self._replay)

    def _fresh(self, service: str, shape: dict[str, Any]) -> str:
        """An empty table of this shape; what an earlier replay left goes."""
        name = f"referral-{self._account.name}-sandbox-{service}"
        try:
            self._dynamodb.delete_table(TableName=name)
            self._dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        except self._dynamodb.exceptions.ResourceNotFoundException:
            pass
        self._dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **shape)
        self._dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return name


def role(account: Account) -> str:
    number = account.client("sts").get_caller_identity()["Account"]
    return f"arn:aws:iam::{number}:role/referral-{account.name}-sandbox"


def _become(account: Account) -> Any:
    """Take on the role: every client that is made in this process from now on has its rights."""
    from botocore.session import Session

    known = account.client("sts").assume_role(RoleArn=role(account), RoleSessionName="referral-replay")["Credentials"]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": known["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": known["SecretAccessKey"],
        "AWS_SESSION_TOKEN": known["SessionToken"], "AWS_REGION": account.region, "AWS_DEFAULT_REGION": account.region,
        **({"AWS_ENDPOINT_URL": account.endpoint} if account.endpoint else {}),
    }
    for cached in (aws.client, aws._session):
        cached.cache_clear()
    return Session()
