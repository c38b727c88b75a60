"""``./infra/deploy.sh``: to the laptop at once, to an account with a look at what would change."""

import sys
from functools import partial
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError

from infra import Problem, deploy
from infra.accounts import NAMES, UnknownAccount, account
from infra.local import bridge
from infra.promotion import bootstrap, drift, promote, teardown
from infra.promotion.promote import Wanted
from infra.promotion.target import Target

_ACCOUNT = "local, dev, test or prod; there is no default."
_BOOTSTRAP = "Make the roles that deploy, and the bucket for artifacts: an administrator's first step into an account."


def main(
    account_name: Annotated[str, typer.Option("--account", help=_ACCOUNT)] = "",
    service: Annotated[str, typer.Option(help="Deploy this service alone; several with commas between them.")] = "",
    changed: Annotated[bool, typer.Option("--affected", help="Deploy what changed since it was deployed here.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for pipelines.")] = False,
    promoted: Annotated[bool, typer.Option("--promote", help="Deploy what runs in the account before this one.")] = False,
    previous: Annotated[bool, typer.Option("--previous", help="Go back to what ran here before.")] = False,
    release: Annotated[str, typer.Option(help="Deploy the release with this hash; with --service.")] = "",
    lose_data: Annotated[bool, typer.Option("--lose-data", help="Also where tables are replaced or deleted.")] = False,
    drifted: Annotated[bool, typer.Option("--drift", help="Say what somebody changed by hand.")] = False,
    down: Annotated[bool, typer.Option("--teardown", help="Delete every stack of the account, by an administrator.")] = False,
    first: Annotated[bool, typer.Option("--bootstrap", help=_BOOTSTRAP)] = False,
) -> None:
    """Deploy everything, or one service alone, to one account."""
    try:
        settings = named(account_name, service)
        stacks = tuple(service.split(",") if service else deploy.stacks())
        wanted = Wanted(stacks, release, promoted, previous, dry_run, lose_data, changed)
        if settings["name"] == "local":
            to_laptop(settings, wanted)
        else:
            act = bootstrapping if first else tearing_down if down else looking if drifted else deploying
            act(Target(settings), wanted, yes)
    except (Problem, ClientError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def named(account_name: str, service: str) -> dict[str, Any]:
    """The account's settings; raises Problem for an account or a service that does not exist."""
    if not account_name:
        names = ", ".join(NAMES)
        raise UnknownAccount(f"Say where to: --account with one of {names}. There is no default, so that nothing is "
                             "deployed to a place that nobody named.")
    if unknown := sorted(set(service.split(",")) - {"", *deploy.stacks()}):
        raise deploy.DeployFailed(f"There is no service {unknown[0]!r}. Choose from: {', '.join(deploy.stacks())}.")
    return account(account_name)


def to_laptop(settings: dict[str, Any], wanted: Wanted) -> None:
    if wanted != Wanted(wanted.stacks):
        raise deploy.DeployFailed("The laptop takes this checkout as it is: --service is all that one can say.")
    deploy.deploy(settings, wanted.stacks, bridge.environment(settings), lambda name: typer.echo(f"deployed {name}"))


def bootstrapping(target: Target, wanted: Wanted, yes: bool) -> None:
    bootstrap.bootstrap(target, wanted.dry_run, typer.echo, partial(agreed, yes))


def tearing_down(target: Target, wanted: Wanted, yes: bool) -> None:
    teardown.teardown(target, wanted.dry_run, typer.echo, partial(agreed, yes and wanted.lose_data))


def looking(target: Target, wanted: Wanted, yes: bool) -> None:
    found = list(drift.look(target, wanted.stacks))
    typer.echo("\n".join(map(str, found)) or f"{target.name} is as it was deployed.")
    if found:
        raise typer.Exit(1)


def deploying(target: Target, wanted: Wanted, yes: bool) -> None:
    promote.deployment(target, wanted, typer.echo, partial(agreed, yes))
    if wanted.dry_run:
        typer.echo("Nothing was changed: this was a dry run.")
    elif not wanted.previous:
        typer.echo(f"If it is not good: ./infra/deploy.sh --account {target.name} --previous")


def agreed(yes: bool, question: str) -> bool:
    """Whether somebody says yes, now or by --yes; nobody does in a pipe."""
    return yes or (sys.stdin.isatty() and typer.confirm(question))
