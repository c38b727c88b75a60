"""The account of a story as the `referral` command sees it: lambda:Invoke runs the real handlers."""

import io
import json
from typing import Any

from typer.testing import Result

from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.templates import services, template
from tests.unit.cli.laptop import Laptop

_CLIENTS = ("s3", "sts", "dynamodb", "ssm", "events", "sqs", "logs")


class InProcess(Laptop):
    """... which is not behind an endpoint."""

    endpoint = None


class Lambdas:
    """Invokes what is deployed, with the environment that its template gives it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        answer = self._cloud.invoke(FunctionName.removeprefix("referral-local-"), json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def account_of(cloud: Cloud) -> Laptop:
    """Also with the names of tables, as stacks write them down."""
    for service in services():
        for table in template(service).of_type("AWS::DynamoDB::Table"):
            if table in cloud.deployed.tables:
                named = {"Name": f"/referral/local/{service}/table", "Value": cloud.deployed.tables[table]}
                client("ssm").put_parameter(**named, Type="String", Overwrite=True)
    return InProcess(clients={name: client(name) for name in _CLIENTS} | {"lambda": Lambdas(cloud)})


def answered(done: Result) -> Any:
    """What a command answered to a machine, behind what functions of this process logged."""
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout[done.stdout.index("{\n") :])
