"""Take an account's stacks away again, by an administrator; what holds protected tables is refused."""

from collections.abc import Callable, Iterator
from typing import Any

from infra import deploy
from infra.promotion import stacks
from infra.promotion.changes import PRECIOUS
from infra.promotion.promote import Stopped
from infra.promotion.target import Target

_BUCKET = "AWS::S3::Bucket"
_PAGE = 10  # parameters that SSM deletes at once


def teardown(target: Target, dry_run: bool, say: Callable[[str], None], ask: Callable[[str], bool]) -> None:
    """Show what would be lost, ask, and delete every stack, last first; raises Stopped."""
    there = [stack for stack in reversed(deploy.stacks()) if _own(target).status(deploy.stack_name(target.name, stack))]
    lost = [_lost(stack, one) for stack in there for one in _precious(target, stack)]
    say(f"Teardown of {target.name} in AWS account {target.id}: {', '.join(there) or 'no stack is there'}")
    say("\n".join(lost))
    if dry_run or not there:
        return
    if target.settings["protect_tables"]:
        raise Stopped(
            f"Nothing was deleted: the tables of {target.name} are protected. Whoever really means it says "
            f"protect_tables = false for {target.name} in infra/accounts.toml, deploys that, and comes back."
        )
    if not ask(f"Delete {len(there)} stacks of {target.name} and everything in them?"):
        raise Stopped("Nothing was deleted: nobody said yes. A pipeline says --yes --lose-data.")
    for stack in there:
        _delete(target, stack, say)
    _forget(target)
    say(f"What stays, and how to delete it: docs/deploy.md#teardown. Deploy again with ./infra/deploy.sh --account {target.name}")


def _delete(target: Target, stack: str, say: Callable[[str], None]) -> None:
    for one in _precious(target, stack):
        if one["ResourceType"] == _BUCKET:
            _empty(target, one["PhysicalResourceId"])
    _own(target).delete(deploy.stack_name(target.name, stack))
    say(f"deleted {stack}")


def _lost(stack: str, one: dict[str, Any]) -> str:
    return f"  - {stack}: {one['ResourceType']} {one['PhysicalResourceId']}  LOSES {PRECIOUS[one['ResourceType']]}"


def _precious(target: Target, stack: str) -> Iterator[dict[str, Any]]:
    listing = _own(target).client.get_paginator("list_stack_resources")
    pages = listing.paginate(StackName=deploy.stack_name(target.name, stack))
    return (one for page in pages for one in page["StackResourceSummaries"] if one["ResourceType"] in PRECIOUS)


def _empty(target: Target, bucket: str) -> None:
    """CloudFormation deletes empty buckets only."""
    s3 = target.administrator.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        if found := [{"Key": one["Key"]} for one in page.get("Contents", [])]:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": found})


def _forget(target: Target) -> None:
    """The parameters that no template made: releases, pointers to agents, secrets of webhooks."""
    ssm = target.administrator.client("ssm")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=f"/referral/{target.name}", Recursive=True)
    names = [one["Name"] for page in pages for one in page["Parameters"]]
    for start in range(0, len(names), _PAGE):
        ssm.delete_parameters(Names=names[start : start + _PAGE])


def _own(target: Target) -> Any:
    return stacks.seen_by(target, target.administrator)
