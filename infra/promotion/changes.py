"""What a change set would do, and what of it would lose data."""

from collections.abc import Iterable
from typing import Any, NamedTuple

PRECIOUS = {  # what can't be made again from the templates
    "AWS::DynamoDB::Table": "rows", "AWS::S3::Bucket": "objects", "AWS::Cognito::UserPool": "people",
    "AWS::SecretsManager::Secret": "the secret that hashes and links rest on", "AWS::SQS::Queue": "messages",
    "AWS::Events::EventBus": "what upstream systems put meanwhile", "AWS::Events::Archive": "archived events",
    "AWS::CloudFormation::Stack": "what is in the nested stack", "AWS::Logs::LogGroup": "logs",
    "AWS::Bedrock::KnowledgeBase": "embeddings", "AWS::S3Vectors::Index": "embeddings",
}
_KEPT = ("Retain", "Snapshot")
_SIGNS = {"Add": "+", "Modify": "~", "Remove": "-", "Import": "+", "Dynamic": "?"}


class Change(NamedTuple):
    """One resource of a change set."""

    stack: str
    action: str
    kind: str
    name: str
    replacement: str = "False"  # or True, or Conditional
    kept: bool = False  # what is taken out of the stack, or replaced, goes on existing beside it

    @property
    def loses(self) -> str:
        """What of value would be lost; empty for nothing."""
        gone = self.action == "Remove" or self.replacement == "True"
        return PRECIOUS.get(self.kind, "") if gone and not self.kept else ""

    def __str__(self) -> str:
        how = {"True": ", replaced", "Conditional": ", perhaps replaced"}.get(self.replacement, "")
        lost = f"  LOSES {self.loses}" if self.loses else ""
        return f"  {_SIGNS.get(self.action, '?')} {self.stack}: {self.kind} {self.name}{how}{lost}"


def read(stack: str, described: Iterable[dict[str, Any]]) -> list[Change]:
    """The changes that CloudFormation describes, page by page, worst first."""
    found = [_change(stack, told["ResourceChange"]) for page in described for told in page["Changes"]]
    return sorted(found, key=lambda one: (not one.loses, one.action != "Remove", one.replacement != "True", one.name))


def _change(stack: str, told: dict[str, Any]) -> Change:
    kept = told.get("PolicyAction", "") in (*_KEPT, "ReplaceAndRetain", "ReplaceAndSnapshot")
    return Change(stack, told["Action"], told["ResourceType"], told["LogicalResourceId"], told.get("Replacement", "False"), kept)
