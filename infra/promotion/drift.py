"""What somebody changed by hand: resources that are not as the templates say, stacks that are not what was recorded."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from infra import deploy
from infra.promotion import ledger, stacks
from infra.promotion.changesets import Stacks
from infra.promotion.target import Target

_WRONG = ["MODIFIED", "DELETED"]
_STACK = "AWS::CloudFormation::Stack"


class Drift(NamedTuple):
    """One difference between what was deployed and what there is."""

    stack: str
    name: str
    what: str

    def __str__(self) -> str:
        return f"  {self.stack}: {self.name} {self.what}"


def look(target: Target, wanted: Iterable[str]) -> Iterator[Drift]:
    """Every difference; CloudFormation looks at what it can, which is not every type."""
    for stack in wanted:
        name = deploy.stack_name(target.name, stack)
        if _own(target).status(name):
            yield from _unrecorded(target, stack, name)
            yield from _drifts(target, stack, name)


def _unrecorded(target: Target, stack: str, name: str) -> Iterator[Drift]:
    [found] = _own(target).client.describe_stacks(StackName=name)["Stacks"]
    tagged = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}.get("referral:release", "nothing")
    current = ledger.read(target, stack).current
    recorded = current.id if current else "nothing"
    if tagged != recorded:
        yield Drift(stack, name, f"runs {tagged}, and {recorded} is what was recorded: deploy it again")


def _drifts(target: Target, said_as: str, stack: str) -> Iterator[Drift]:
    """Of a stack, and of those that it nests."""
    client = _own(target).client
    known = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    _own(target).settled(lambda: _progress(client, known))
    told = client.describe_stack_resource_drifts(StackName=stack, StackResourceDriftStatusFilters=_WRONG)
    yield from (Drift(said_as, one["LogicalResourceId"], _said(one)) for one in told["StackResourceDrifts"])
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack):
        for one in page["StackResourceSummaries"]:
            if one["ResourceType"] == _STACK:
                yield from _drifts(target, f"{said_as}/{one['LogicalResourceId']}", one["PhysicalResourceId"])


def _own(target: Target) -> Stacks:
    """With the rights of who looks: CloudFormation reads each resource with them."""
    return stacks.seen_by(target, target.administrator)


def _progress(client: Any, known: str) -> dict[str, str]:
    told = client.describe_stack_drift_detection_status(StackDriftDetectionId=known)
    return {"Status": told["DetectionStatus"]}


def _said(told: dict[str, Any]) -> str:
    if told["StackResourceDriftStatus"] == "DELETED":
        return "is gone"
    return "; ".join(
        f"{one['PropertyPath']} is {one['ActualValue']}, not {one['ExpectedValue']}" for one in told["PropertyDifferences"]
    )
