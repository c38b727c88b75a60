"""What IAM asks of a call, and what a role answers."""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from fnmatch import fnmatchcase
from itertools import product, starmap
from typing import Any, NamedTuple

from tests.harness.cloud import Call
from tests.harness.deployment import PLACE, Function
from tests.harness.templates import listed

Parameters = dict[str, Any]
_WRITES = {"Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem", "ConditionCheck": "ConditionCheckItem"}
_OF_A_QUEUE = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_OF_A_STREAM = ("DescribeStream", "GetRecords", "GetShardIterator")


class Right(NamedTuple):
    """An action on a resource, and for an event or a mail whose it is."""

    action: str
    resource: str
    source: str = ""

    def covers(self, asked: "Right") -> bool:
        return (
            fnmatchcase(asked.action, self.action) and fnmatchcase(asked.resource, self.resource)
            and self.source in ("", asked.source)
        )


def granted(function: Function) -> Iterator[Right]:
    """Every single right that a function's role gives."""
    return rights(function.statements)


def rights(statements: list[dict[str, Any]]) -> Iterator[Right]:
    for said in statements:
        condition = said.get("Condition", {}).get("StringEquals", {})
        sources = listed(condition.get("events:source") or condition.get("ses:FromAddress", ""))
        yield from starmap(Right, product(listed(said["Action"]), listed(said["Resource"]), sources))


def asked(function: Function, calls: list[Call]) -> Iterator[Right]:
    """Every right that a function's calls need, and those that Lambda needs in its name to give it something to do."""
    for call in calls:
        if call.function == function.name:
            yield from _ASKS[call.operation](call.parameters)
    if function.queue:
        yield from (Right(f"sqs:{action}", _queue(function.queue)) for action in _OF_A_QUEUE)
    if function.stream:
        yield from (Right(f"dynamodb:{action}", function.stream) for action in _OF_A_STREAM)
        yield Right("dynamodb:ListStreams", "*")


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{PLACE}:table/{name}"


def _queue(url: str) -> str:
    return f"arn:aws:sqs:{PLACE}:{url.rpartition('/')[2]}"


def _transaction(told: Parameters) -> Iterator[Right]:
    for item in told["TransactItems"]:
        for kind, action in item.items():
            yield Right(f"dynamodb:{_WRITES[kind]}", _table(action["TableName"]))


def _batch(action: str) -> Callable[[Parameters], Iterator[Right]]:
    def rights(told: Parameters) -> Iterator[Right]:
        return (Right(f"dynamodb:{action}", _table(name)) for name in told["RequestItems"])

    return rights


def _item(action: str) -> Callable[[Parameters], Iterator[Right]]:
    return lambda told: iter([Right(f"dynamodb:{action}", _table(told["TableName"]))])


def _query(told: Parameters) -> Iterator[Right]:
    index = f"/index/{told['IndexName']}" if "IndexName" in told else ""
    yield Right("dynamodb:Query", _table(told["TableName"]) + index)


def _on_queue(action: str) -> Callable[[Parameters], Iterator[Right]]:
    return lambda told: iter([Right(f"sqs:{action}", _queue(told["QueueUrl"]))])


def _events(told: Parameters) -> Iterator[Right]:
    for entry in told["Entries"]:
        yield Right("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/{entry['EventBusName']}", entry["Source"])


def _object(action: str) -> Callable[[Parameters], Iterator[Right]]:
    return lambda told: iter([Right(f"s3:{action}", f"arn:aws:s3:::{told['Bucket']}/{told['Key']}")])


def _listing(told: Parameters) -> Iterator[Right]:
    yield Right("s3:ListBucket", f"arn:aws:s3:::{told['Bucket']}")


def _parameter(action: str) -> Callable[[Parameters], Iterator[Right]]:
    return lambda told: iter([Right(f"ssm:{action}", f"arn:aws:ssm:{PLACE}:parameter{told['Name']}")])


def _mail(told: Parameters) -> Iterator[Right]:
    sender = parseaddr(told["FromEmailAddress"])[1]
    yield Right("ses:SendEmail", f"arn:aws:ses:{PLACE}:identity/{sender.partition('@')[2]}", sender)
    if "ConfigurationSetName" in told:
        yield Right("ses:SendEmail", f"arn:aws:ses:{PLACE}:configuration-set/{told['ConfigurationSetName']}", sender)


def _secret(told: Parameters) -> Iterator[Right]:
    yield Right("secretsmanager:GetSecretValue", told["SecretId"])


def _knowledge(action: str) -> Callable[[Parameters], Iterator[Right]]:
    base = f"arn:aws:bedrock:{PLACE}:knowledge-base"
    return lambda told: iter([Right(f"bedrock:{action}", f"{base}/{told['knowledgeBaseId']}")])


def _of_all(right: Right) -> Callable[[Parameters], Iterator[Right]]:
    return lambda told: iter([right])


def _model(told: Parameters) -> Iterator[Right]:
    """A profile such as ``eu.maker.model`` needs itself and the model behind it, in whatever region that is."""
    region, _, model = told["modelId"].partition(".")
    behind = model if region in ("eu", "us", "apac", "global") else told["modelId"]
    yield Right("bedrock:InvokeModel", f"arn:aws:bedrock:eu-west-1::foundation-model/{behind}")
    if behind == model:
        yield Right("bedrock:InvokeModel", f"arn:aws:bedrock:{PLACE}:inference-profile/{told['modelId']}")


_ASKS: dict[str, Callable[[Parameters], Iterator[Right]]] = {
    "TransactWriteItems": _transaction, "BatchGetItem": _batch("BatchGetItem"),
    "PutItem": _item("PutItem"), "UpdateItem": _item("UpdateItem"),
    "BatchWriteItem": _batch("BatchWriteItem"), "Query": _query, "PutEvents": _events,
    "SendEmail": _mail, "Converse": _model,
    "PutObject": _object("PutObject"), "GetObject": _object("GetObject"),
    "DeleteObject": _object("DeleteObject"), "ListObjectsV2": _listing,
    "PutParameter": _parameter("PutParameter"), "GetParameter": _parameter("GetParameter"),
    "GetSecretValue": _secret, "Retrieve": _knowledge("Retrieve"),
    "ListIngestionJobs": _knowledge("ListIngestionJobs"), "StartIngestionJob": _knowledge("StartIngestionJob"),
    "GetMetricData": _of_all(Right("cloudwatch:GetMetricData", "*")),
    "DescribeAlarms": _of_all(Right("cloudwatch:DescribeAlarms", "*")),
    "SendMessage": _on_queue("SendMessage"), "ChangeMessageVisibility": _on_queue("ChangeMessageVisibility"),
}
