"""The laptop's AWS in a test, used as a person would: through the `referral` command."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3

from infra.accounts import ROOT, account
from infra.cli.call import event


_MOST = 10  # events of one call


class Laptop:
    """One running AWS with its own ports and its own state."""

    def __init__(self, port: int, home: Path) -> None:
        self.port = port
        own = {"REFERRAL_PORT": str(port), "REFERRAL_HOME": str(home), "REFERRAL_ACCOUNT": "local"}
        self.environment = {n: v for n, v in os.environ.items() if not n.startswith(("AWS_", "REFERRAL_"))} | own

    def command(self, *arguments: str, program: str = "referral") -> subprocess.CompletedProcess[str]:
        path = Path(sys.executable).parent / program if "/" not in program else Path(program)
        return subprocess.run([str(path), *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True)

    def referral(self, *arguments: str) -> str:
        done = self.command(*arguments)
        assert done.returncode == 0, f"referral {' '.join(arguments)}: {done.stderr[-2000:]}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.referral(*arguments, "--json"))

    def put(self, *events: dict[str, Any], detail_type: str = "ServiceCompleted", source: str = "upstream.test") -> None:
        """Put facts on the bus as an upstream system does, contract or not."""
        said = {"EventBusName": "referral-local", "DetailType": detail_type, "Source": source}
        entries = [said | {"Detail": json.dumps(event)} for event in events]
        for start in range(0, len(entries), _MOST):
            told = self.client("events").put_events(Entries=entries[start : start + _MOST])
            assert not told["FailedEntryCount"], told

    @cached_property
    def clients(self) -> boto3.Session:
        return boto3.Session("test", "test", region_name=account("local")["region"])

    def client(self, service: str, **credentials: str) -> Any:
        return self.clients.client(service, endpoint_url=f"http://127.0.0.1:{self.port}", **credentials)

    def as_role(self, role: str, service: str) -> Any:
        """A client with the rights of a role and no others."""
        arn = next(r["Arn"] for r in self._roles() if role in r["Arn"])
        keys = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return self.client(
            service, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def role_of(self, function: str) -> str:
        found = self.client("lambda").get_function_configuration(FunctionName=f"referral-local-{function}")
        return found["Role"].rsplit("/", 1)[1]

    def logged(self) -> str:
        """Everything that all functions have logged."""
        logs = self.client("logs")
        groups = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
        pages = [p for g in groups for p in logs.get_paginator("filter_log_events").paginate(logGroupName=g)]
        return "\n".join(event["message"] for page in pages for event in page["events"])

    def eventually(self, look: Callable[[], Any], seconds: float = 60) -> Any:
        """What ``look`` finds, as soon as it finds something."""
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, f"nothing after {seconds} s; queues: {self.json('status')['queues']}"
            time.sleep(0.2)
        return found

    def story(self, correlation_id: str) -> dict[str, str]:
        """What the event log knows of a story, as text: the data of each event by its detail-type."""
        rows = self.client("dynamodb").query(
            TableName="referral-local-EventLog", KeyConditionExpression="pk = :story",
            ExpressionAttributeValues={":story": {"S": correlation_id}},
        )["Items"]
        return {row["detail_type"]["S"]: row["data"]["S"] for row in rows if "data" in row}

    def ask(self, function: str, method: str, *path: str, **body: Any) -> Any:
        """What a service's API answers, as its commands ask it but without starting one; {} where it refuses."""
        said = json.dumps(event(method, path, {}, body or None)).encode()
        answer = self.client("lambda").invoke(FunctionName=f"referral-local-{function}", Payload=said)
        told = json.loads(answer["Payload"].read())
        return json.loads(told["body"]) if told.get("statusCode") == HTTPStatus.OK else {}

    def features(self, customer_id: str) -> dict[str, Any]:
        return self.ask("features_api", "GET", "customers", customer_id, "features")

    def _roles(self) -> list[dict[str, Any]]:
        return [role for page in self.client("iam").get_paginator("list_roles").paginate() for role in page["Roles"]]


def free_port() -> int:
    """A port that is free together with the next one, where the model listens."""
    for candidate in random.sample(range(4700, 4900, 2), 100):  # two runs at the same time seldom look at the same one
        if _free(candidate) and _free(candidate + 1):
            return candidate
    raise RuntimeError("No two ports beside each other are free between 4700 and 4900.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
