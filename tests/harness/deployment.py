"""Templates become tables, queues, rules and functions, in whatever AWS the clients of this process talk to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3

from tests.harness import templates
from tests.harness.templates import Properties, Template, Unresolved, handler, resolve

BUS = "referral-local"
PLACE = "eu-west-1:123456789012"
Names = dict[str, Any]


@dataclass(frozen=True)
class Function:
    """A function as it is deployed: what it may do, and what it empties (a queue's URL) or reads (a stream's ARN)."""

    name: str
    handler: Callable[..., Any]
    environment: dict[str, str]
    statements: list[dict[str, Any]]
    queue: str = ""
    batch: int = 10
    stream: str = ""
    filter: dict[str, Any] = field(default_factory=dict)


@dataclass
class Deployment:
    """What was made so far."""

    functions: dict[str, Function] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)  # logical id -> name

    def make(self, source: Template, parameters: Names) -> Names:
        """Everything of a template that a story needs; answers the template's outputs."""
        names = Unresolved(_typed(source, parameters))
        for kind, maker in self._makers().items():
            for name, properties in source.of_type(kind).items():
                names |= maker(name, resolve(properties, names))
        for name, (nested, given) in source.nested().items():
            told = self.make(nested, templates.given() | resolve(given, names))
            names |= {f"{name}.Outputs.{output}": value for output, value in told.items()}
        for rule in source.of_type("AWS::Events::Rule").values():
            self.listen(**_rule(resolve(rule, names)))
        names |= _urls(source)
        for properties in source.functions().values():
            self._function(source, properties, names)
        return {name: resolve(told["Value"], names) for name, told in source.body.get("Outputs", {}).items()}

    def listen(self, name: str, pattern: str, queue: str, bus: str = BUS) -> None:
        """A rule of a bus that fills a queue, named by its ARN."""
        events = client("events")
        events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "mailbox", "Arn": queue}])

    def _makers(self) -> dict[str, Callable[[str, Properties], Names]]:
        return {
            "AWS::Events::EventBus": _bus, "AWS::S3::Bucket": _bucket, "AWS::SQS::Queue": _queue,
            "AWS::DynamoDB::Table": self._table, "AWS::SecretsManager::Secret": _secret,
        }

    def _table(self, name: str, made: Properties) -> Names:
        stream = {"StreamEnabled": True, **made["StreamSpecification"]} if "StreamSpecification" in made else None
        wanted = {part: made[part] for part in ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema")}
        wanted |= {"StreamSpecification": stream} if stream else {}
        wanted |= {part: made[part] for part in ("GlobalSecondaryIndexes",) if part in made}
        known = client("dynamodb").create_table(**wanted)["TableDescription"]
        self.tables[name] = known["TableName"]
        table, stream = known["TableArn"], known.get("LatestStreamArn")
        return {name: known["TableName"], f"{name}.Arn": table, f"{name}.StreamArn": stream}

    def _function(self, source: Template, properties: Properties, names: Names) -> None:
        known = resolve(properties, names) | {"StreamArn": names["StreamArn"]}
        name = known["FunctionName"].removeprefix(f"{BUS}-")
        self.functions[name] = Function(
            name=name,
            handler=handler(known["Handler"]),
            environment={key: str(value) for key, value in known["Environment"]["Variables"].items()},
            statements=[resolve(said, names) for said in templates.statements(source, properties["Role"])],
            **_fed_by(source, known),
        )


@cache
def client(service: str) -> Any:
    """A client of the test itself."""
    return boto3.client(service)


def _typed(source: Template, parameters: Names) -> Names:
    """Parameters as CloudFormation hands them on: defaults filled in, lists as lists."""
    known = source.body["Parameters"]
    filled = {name: told["Default"] for name, told in known.items() if "Default" in told} | parameters
    lists = {name for name, told in known.items() if told["Type"] == "CommaDelimitedList"}
    return {name: value.split(",") if name in lists else value for name, value in filled.items()}


def _fed_by(source: Template, known: Properties) -> dict[str, Any]:
    """What Lambda gives to a function: batches of its queue, or rows of a stream that pass a filter."""
    for mail in known.get("Events", {}).values():
        most = min(10, mail["Properties"]["BatchSize"])
        return {"queue": known["Environment"]["Variables"]["MAILBOX_URL"], "batch": most}
    for mapping in source.of_type("AWS::Lambda::EventSourceMapping").values():
        [only] = mapping["FilterCriteria"]["Filters"]
        return {"stream": known["StreamArn"], "filter": json.loads(only["Pattern"])}
    return {}


def _urls(source: Template) -> Names:
    """Where functions with a URL of their own are, under the names that SAM gives these."""
    open_ones = [name for name, properties in source.functions().items() if "FunctionUrlConfig" in properties]
    return {f"{name}Url.FunctionUrl": f"https://{name.lower()}.lambda-url.eu-west-1.on.aws/" for name in open_ones}


def _bus(name: str, made: Properties) -> Names:
    return {name: made["Name"], f"{name}.Arn": f"arn:aws:events:{PLACE}:event-bus/{made['Name']}"}


def _bucket(name: str, made: Properties) -> Names:
    place = {"LocationConstraint": client("s3").meta.region_name}
    client("s3").create_bucket(Bucket=made["BucketName"], CreateBucketConfiguration=place)
    return {name: made["BucketName"], f"{name}.Arn": f"arn:aws:s3:::{made['BucketName']}"}


def _secret(name: str, made: Properties) -> Names:
    password = client("secretsmanager").get_random_password(**made["GenerateSecretString"])["RandomPassword"]
    return {f"{name}.Id": client("secretsmanager").create_secret(Name=name, SecretString=password)["ARN"]}


def _queue(name: str, made: Properties) -> Names:
    attributes = {"VisibilityTimeout": str(made["VisibilityTimeout"])} if "VisibilityTimeout" in made else {}
    attributes |= {"RedrivePolicy": json.dumps(made["RedrivePolicy"])} if "RedrivePolicy" in made else {}
    url = client("sqs").create_queue(QueueName=made["QueueName"], Attributes=attributes)["QueueUrl"]
    called = made["QueueName"]
    return {name: url, f"{name}.Arn": f"arn:aws:sqs:{PLACE}:{called}", f"{name}.QueueName": called}


def _rule(made: Properties) -> dict[str, str]:
    pattern, [target] = json.dumps(made["EventPattern"]), made["Targets"]
    return {"name": made["Name"], "pattern": pattern, "queue": target["Arn"], "bus": made["EventBusName"]}
