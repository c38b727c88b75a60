"""Deploy everything, or one service alone, to one account, with ``sam deploy``."""

import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infra import Problem, bundle, checkout, sam
from infra.accounts import NAMES, ROOT, UnknownAccount, account, parameters
from infra.local import bridge
from infra.local.adapted import adapted

PLATFORM = "platform"
BASE = (PLATFORM, "knowledge")  # what services stand on, in this order
CONSOLE = "console"  # stands on the services
Report = Callable[[str], None]


class DeployFailed(Problem):
    """A stack was not deployed; the message has what CloudFormation said."""


def services() -> list[str]:
    """Every service that has a template."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/template.yaml"))


def stacks() -> list[str]:
    """Everything that is deployed, in an order in which it can be."""
    return [*BASE, *services(), CONSOLE]


def stack_name(account_name: str, service: str) -> str:
    return f"referral-email-system-{account_name}-{service}"


def template(service: str) -> Path:
    return ROOT / (f"infra/{service}" if service in (*BASE, CONSOLE) else f"services/{service}") / "template.yaml"


def deploy(settings: dict[str, Any], wanted: Iterable[str], environment: dict[str, str], report: Report) -> None:
    """Deploy the platform and the knowledge base first, since services stand on them, then those beside each other."""
    chosen = list(wanted)
    local = settings["name"] == "local"
    with checkout.alone(bundle.BUILD, partial(typer.echo, err=True)), sam.ready(environment) as run_sam:
        if local:
            bridge.make_room_for_artifacts(settings)
        bundle.build("relay")
        base = [stack for stack in BASE if stack in chosen]
        for stack in base:
            deploy_stack(settings, stack, run_sam, report)
        if base and local:
            bridge.make_through_api(settings)
        others = [service for service in chosen if service not in (*BASE, CONSOLE)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda service: deploy_stack(settings, service, run_sam, report), others))
        if CONSOLE in chosen:
            deploy_stack(settings, CONSOLE, run_sam, report)
            publish_console(settings)


def publish_console(settings: dict[str, Any]) -> None:
    """The page into its bucket; on the laptop, what stands in for CloudFront is told of it."""
    from infra.console import headers, publish
    from infra.local import edge

    local, stack = settings["name"] == "local", stack_name(settings["name"], CONSOLE)
    client = partial(bridge.client, settings=settings) if local else _client(settings)
    config = publish.publish(stack, settings, client)
    if local:
        edge.remember(publish.outputs(stack, client)["ApiId"], config, headers.given(config["domain"]))


def _client(settings: dict[str, Any]) -> Callable[[str], Any]:
    import boto3

    return partial(boto3.client, region_name=settings["region"])


def deploy_stack(settings: dict[str, Any], service: str, run_sam: sam.Sam, report: Report) -> None:
    """Build one bundle and deploy its stack; raises DeployFailed."""
    bundle.build(service)
    path = adapted(template(service)) if settings["name"] == "local" else template(service)
    done = run_sam(sam_arguments(settings, service, path))
    if done.code:
        raise DeployFailed(f"{service} was not deployed:\n{done.said.strip()[-3000:]}")
    report(service)


def sam_arguments(settings: dict[str, Any], service: str, path: Path) -> list[str]:
    declared = parameter_names(path)
    overrides = [f"{name}={quoted(value)}" for name, value in parameters(settings).items() if name in declared]
    bucket = ["--s3-bucket", bridge.ARTIFACTS] if settings["name"] == "local" else ["--resolve-s3"]
    return [
        "deploy", "--template-file", str(path),
        "--stack-name", stack_name(settings["name"], service), "--region", settings["region"], *bucket,
        "--s3-prefix", stack_name(settings["name"], service),
        "--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND",
        "--use-json", "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar",
        "--parameter-overrides", *overrides,
    ]  # fmt: skip


def parameter_names(path: Path) -> set[str]:
    from samcli.yamlhelper import yaml_parse

    return set(yaml_parse(path.read_text()).get("Parameters", {}))


def quoted(value: str) -> str:
    """A parameter value as ``sam`` reads it: JSON-like text keeps its spaces and quotes."""
    return json.dumps(value)


def main(
    account_name: Annotated[str, typer.Option("--account", help="local, dev, test or prod; there is no default.")] = "",
    service: Annotated[str, typer.Option(help="Deploy this service alone.")] = "",
) -> None:
    """Deploy everything, or one service alone, to one account."""
    try:
        run(account_name, service)
    except Problem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def run(account_name: str, service: str) -> None:
    if not account_name:
        names = ", ".join(NAMES)
        raise UnknownAccount(f"Say where to: --account with one of {names}. There is no default, so that nothing is "
                             "deployed to a place that nobody named.")
    settings = account(account_name)
    if service and service not in stacks():
        raise DeployFailed(f"There is no service {service!r}. Choose one of: {', '.join(stacks())}.")
    environment = bridge.environment(settings) if account_name == "local" else dict(os.environ)
    deploy(settings, [service] if service else stacks(), environment, lambda name: typer.echo(f"deployed {name}"))


if __name__ == "__main__":
    typer.run(main)
