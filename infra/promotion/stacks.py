"""An artifact as a stack of an account: uploaded, and handed to CloudFormation as a change set."""

from pathlib import Path
from typing import Any

from infra import access, deploy, sam
from infra.deploy import DeployFailed
from infra.local.adapted import adapted
from infra.promotion.artifact import Artifact
from infra.promotion.changesets import ChangeSet, Stacks
from infra.promotion.target import Target

_SHORT, _LONG = 0.2, 5.0  # seconds between two looks


def of(target: Target) -> Stacks:
    """The stacks of an account, with the rights of its deploy role."""
    return seen_by(target, target.session)


def seen_by(target: Target, session: Any) -> Stacks:
    return Stacks(session.client("cloudformation"), f"referral-{target.name}-", _SHORT if target.emulated else _LONG)


def plan(target: Target, made: Artifact, run_sam: sam.Sam) -> ChangeSet:
    """Upload an artifact and have CloudFormation say what it would change; raises DeployFailed."""
    template = fit(target, made.unpacked())
    declared = deploy.parameter_names(template)
    told = {name: value for name, value in target.parameters().items() if name in declared}
    return of(target).plan(
        deploy.stack_name(target.name, made.stack), made.stack, TemplateURL=_packaged(target, made, template, run_sam),
        Parameters=given(told), Tags=[{"Key": "referral:release", "Value": made.id}],
        RoleARN=access.role(target.name, "cloudformation", target.id),
        **({} if target.emulated else {"IncludeNestedStacks": True}),
    )


def fit(target: Target, template: Path) -> Path:
    """The template as the account's AWS takes it; the laptop's does not know every type."""
    return adapted(template) if target.emulated else template


def given(told: dict[str, str]) -> list[dict[str, str]]:
    """Parameters as CloudFormation wants them."""
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in told.items()]


def _packaged(target: Target, made: Artifact, template: Path, run_sam: sam.Sam) -> str:
    """Bundles and nested templates into the account's bucket; answers where the template lies."""
    packaged = template.with_name("packaged.json")
    done = run_sam([
        "package", "--template-file", str(template), "--s3-bucket", target.artifacts, "--s3-prefix", f"deployed/{made.stack}",
        "--region", target.region, "--use-json", "--no-progressbar", "--output-template-file", str(packaged),
    ])  # fmt: skip
    if done.code:
        raise DeployFailed(f"{made.stack} was not uploaded:\n{done.said.strip()[-3000:]}")
    s3, key = target.client("s3"), f"deployed/{made.stack}/{made.id}.template.json"
    s3.put_object(Bucket=target.artifacts, Key=key, Body=packaged.read_bytes())
    place = s3.meta.endpoint_url if target.emulated else f"https://s3.{target.region}.amazonaws.com"
    return f"{place}/{target.artifacts}/{key}"
