"""What is deployed, under which names, and how it comes to the laptop; to accounts it comes by infra/promotion."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import typer

from infra import Problem, bundle, checkout, sam
from infra.accounts import ROOT, parameters
from infra.local import bridge
from infra.local.adapted import adapted

PLATFORM = "platform"
BASE = (PLATFORM, "knowledge")  # what services stand on, in this order
CONSOLE = "console"
LAST = ("monitoring", CONSOLE)  # stand on the services
Report = Callable[[str], None]


class DeployFailed(Problem):
    """A stack was not deployed; the message has what CloudFormation said."""


def services() -> list[str]:
    """Every service that has a template."""
    return sorted(path.parent.name for path in (ROOT / "services").glob("*/template.yaml"))


def stacks() -> list[str]:
    """Everything that is deployed, in an order in which it can be."""
    return [*BASE, *services(), *LAST]


def stack_name(account_name: str, service: str) -> str:
    return f"referral-email-system-{account_name}-{service}"


def template(service: str) -> Path:
    return ROOT / (f"infra/{service}" if service in (*BASE, *LAST) else f"services/{service}") / "template.yaml"


def deploy(settings: dict[str, Any], wanted: Iterable[str], environment: dict[str, str], report: Report) -> None:
    """The platform and the knowledge base first, since services stand on them, then those beside each other; to the laptop."""
    chosen = list(wanted)
    with checkout.alone(bundle.BUILD, partial(typer.echo, err=True)), sam.ready(environment) as run_sam:
        bridge.make_room_for_artifacts(settings)
        bundle.build("relay")
        base = [stack for stack in BASE if stack in chosen]
        for stack in base:
            deploy_stack(settings, stack, run_sam, report)
        if base:
            bridge.make_through_api(settings)
        for beside in ([one for one in chosen if one not in (*BASE, *LAST)], [one for one in LAST if one in chosen]):
            with ThreadPoolExecutor(max_workers=2) as pool:
                list(pool.map(lambda service: deploy_stack(settings, service, run_sam, report), beside))
        if CONSOLE in chosen:
            publish_console(settings)


def publish_console(settings: dict[str, Any]) -> None:
    """The page into its bucket; what stands in for CloudFront is told of it."""
    from infra.console import headers, publish
    from infra.local import edge

    client, stack = partial(bridge.client, settings=settings), stack_name(settings["name"], CONSOLE)
    config = publish.publish(stack, settings, client, publish.pages())
    edge.remember(publish.outputs(stack, client)["ApiId"], config, headers.given(config["domain"]))


def deploy_stack(settings: dict[str, Any], service: str, run_sam: sam.Sam, report: Report) -> None:
    """Build one bundle and deploy its stack; raises DeployFailed."""
    bundle.build(service)
    done = run_sam(sam_arguments(settings, service, adapted(template(service))))
    if done.code:
        raise DeployFailed(f"{service} was not deployed:\n{done.said.strip()[-3000:]}")
    report(service)


def sam_arguments(settings: dict[str, Any], service: str, path: Path) -> list[str]:
    declared = parameter_names(path)
    overrides = [f"{name}={quoted(value)}" for name, value in parameters(settings).items() if name in declared]
    return [
        "deploy", "--template-file", str(path),
        "--stack-name", stack_name(settings["name"], service), "--region", settings["region"], "--s3-bucket", bridge.ARTIFACTS,
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
