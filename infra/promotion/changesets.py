"""Change sets: made, described, executed or thrown away."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from infra.deploy import DeployFailed
from infra.promotion import changes
from infra.promotion.changes import Change

_NOTHING = ("didn't contain changes", "No updates are to be performed")
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_MINUTES = 90  # of patience; traffic that is shifted slowly takes its time


class ChangeSet(NamedTuple):
    """What would become of a stack; without a name nothing would."""

    stack: str
    name: str = ""
    changes: tuple[Change, ...] = ()
    fresh: bool = False  # there was no such stack before


class Stacks:
    """The stacks of an account, with somebody's rights, who may be limited to change sets by their names.

    ``pause`` is the time between two looks, in seconds.
    """

    def __init__(self, cloudformation: Any, prefix: str, pause: float) -> None:
        self.client = cloudformation
        self.prefix = prefix
        self.pause = pause

    def plan(self, stack: str, said_as: str, **given: Any) -> ChangeSet:
        """Have CloudFormation say what a template would change; raises DeployFailed."""
        self._clear(stack)
        fresh = self.status(stack) in ("", "REVIEW_IN_PROGRESS")
        made = {"StackName": stack, "ChangeSetName": f"{self.prefix}{time.time_ns()}"}
        self.client.create_change_set(**made, ChangeSetType="CREATE" if fresh else "UPDATE", Capabilities=_CAPABILITIES, **given)
        said = self.settled(lambda: self.client.describe_change_set(**made))
        if said["Status"] != "FAILED":
            return ChangeSet(stack, made["ChangeSetName"], tuple(self._described(said_as, **made)), fresh)
        self.client.delete_change_set(**made)
        if any(reason in said.get("StatusReason", "") for reason in _NOTHING):
            return ChangeSet(stack)
        raise DeployFailed(f"{said_as} can't be deployed: {said.get('StatusReason')}")

    def execute(self, planned: ChangeSet) -> None:
        """Do what was planned, and wait for it; raises DeployFailed with what CloudFormation says."""
        if not planned.name:
            return
        self.client.execute_change_set(StackName=planned.stack, ChangeSetName=planned.name)
        self.await_end(planned.stack, ("CREATE_COMPLETE", "UPDATE_COMPLETE"))

    def await_end(self, stack: str, good: tuple[str, ...]) -> None:
        ended = self.settled(lambda: {"Status": self.status(stack)})["Status"]
        if ended not in good:
            reasons = "\n".join(self._failures(stack))
            raise DeployFailed(f"{stack} is {ended}; CloudFormation keeps what was there before, where it can:\n{reasons}")

    def drop(self, planned: ChangeSet) -> None:
        """Throw a plan away, with the empty stack that CloudFormation makes for a first one."""
        if planned.name:
            self.client.delete_change_set(StackName=planned.stack, ChangeSetName=planned.name)
        if planned.fresh:
            self.client.delete_stack(StackName=planned.stack)

    def delete(self, stack: str) -> None:
        self.client.delete_stack(StackName=stack)
        self.await_end(stack, ("", "DELETE_COMPLETE"))

    def status(self, stack: str) -> str:
        """How a stack is; empty where there is none."""
        from botocore.exceptions import ClientError

        try:
            return self.client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return ""

    def _clear(self, stack: str) -> None:
        """A stack whose first deployment failed is empty, and takes no second one."""
        if self.status(stack) == "ROLLBACK_COMPLETE":
            self.delete(stack)

    def _described(self, said_as: str, **change_set: str) -> Iterator[Change]:
        """The changes of a stack, and of those that it nests."""
        pages = list(self.client.get_paginator("describe_change_set").paginate(**change_set))
        yield from changes.read(said_as, pages)
        for told in (one["ResourceChange"] for page in pages for one in page["Changes"]):
            if told.get("ChangeSetId"):
                yield from self._described(f"{said_as}/{told['LogicalResourceId']}", ChangeSetName=told["ChangeSetId"])

    def _failures(self, stack: str) -> list[str]:
        """Why the last change failed, first cause first."""
        told = self.client.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [one for one in told if one["ResourceStatus"].endswith("_FAILED")][:10]
        return [f"  {one['LogicalResourceId']}: {one.get('ResourceStatusReason', '')}" for one in reversed(failed)]

    def settled(self, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What there is to see when nothing is in progress any more."""
        deadline = time.monotonic() + _MINUTES * 60
        while (said := look())["Status"].endswith(("_IN_PROGRESS", "_PENDING")):
            if time.monotonic() > deadline:
                raise DeployFailed(f"CloudFormation is still busy after {_MINUTES} minutes: look at its console.")
            time.sleep(self.pause)
        return said
