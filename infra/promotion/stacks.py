"""The stacks of an account, with the rights of its deploy role or of somebody else."""

from typing import Any

from infra import access, deploy
from infra.promotion.artifact import Artifact
from infra.promotion.changesets import ChangeSet, Stacks
from infra.promotion.target import Target
from infra.promotion.upload import upload

_SHORT, _LONG = 0.1, 5.0  # seconds between two looks


def of(target: Target) -> Stacks:
    """The stacks of an account, with the rights of its deploy role."""
    return seen_by(target, target.session)


def seen_by(target: Target, session: Any) -> Stacks:
    return Stacks(session.client("cloudformation"), f"referral-{target.name}-", _SHORT if target.emulated else _LONG)


def plan(target: Target, made: Artifact) -> ChangeSet:
    """Upload an artifact and have CloudFormation say what it would change; raises DeployFailed."""
    address, template = upload(target, made)
    return of(target).plan(
        deploy.stack_name(target.name, made.stack), made.stack, TemplateURL=address,
        Parameters=given(template, target.parameters()), Tags=[{"Key": "referral:release", "Value": made.id}],
        RoleARN=access.role(target.name, "cloudformation", target.id),
        **({} if target.emulated else {"IncludeNestedStacks": True}),
    )


def given(template: dict[str, Any], told: dict[str, str]) -> list[dict[str, str]]:
    """The parameters that a template declares, as CloudFormation wants them."""
    return [{"ParameterKey": name, "ParameterValue": told[name]} for name in template.get("Parameters", {}) if name in told]
