"""Commands `agents`: versions of the writers, which of them is in production, and how they do."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.accounts import account as settings_of
from infra.cli import agent_reads, deploy_agent, ids, say
from infra.cli.agent_files import read
from infra.cli.agent_reads import PRODUCTION, Name, Number, registry
from infra.cli.session import Account
from shared.clock import now

_HELP = "Versions of the writers, which of them is in production, and how they do."
app = typer.Typer(name="agents", help=_HELP, no_args_is_help=True)
for group in (agent_reads, deploy_agent):
    app.add_typer(group.app)
_FILE = "YAML or JSON: agent, config, message."
_WHO = "Who says so; your login name otherwise."
_FORCE = "Move production although a rollout is under way; the rollout is taken back then."
_FORGET = "Forget every figure? What happened before the archive begins is not counted again."


@app.command()
def register(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help=_FILE)],
    message: Annotated[str | None, typer.Option(help="What is new; the file's own message otherwise.")] = None,
    as_json: say.Json = False,
) -> None:
    """Register a version; the same content again is the same version.

    Example: referral agents register examples/agents/referral-writer-v1.yaml
    """
    registered = _register(ctx.obj, file, message)
    if registered["retired"]:
        reason = registered["retired"]["reason"]
        say.note(f"This is version {registered['version']}, which is retired ({reason}): another tag makes a new one.")
    say.answer(registered, as_json, say.facts)


@app.command()
def alias(
    ctx: typer.Context,
    name: Name,
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="Such as production.")],
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The version that it is to name.")],
    message: Annotated[str, typer.Option(help="Why.")] = "moved by hand",
    force: Annotated[bool, typer.Option("--force", help=_FORCE)] = False,
    as_json: say.Json = False,
) -> None:
    """Let an alias name a version; from the next draft on, `production` writes.

    Example: referral agents alias referral-writer production 2 --message "Shorter subject"
    """
    say.answer(_move(ctx.obj, name, alias, version, message, force), as_json, say.facts)


@app.command()
def retire(
    ctx: typer.Context,
    name: Name,
    version: Number,
    reason: Annotated[str, typer.Option(help="Why it is not to be used any more.")],
    by: Annotated[str | None, typer.Option(help=_WHO)] = None,
    as_json: say.Json = False,
) -> None:
    """Take a version out of use for good: no alias can name it any more.

    Example: referral agents retire referral-writer 1 --reason "It promises discounts"
    """
    path = ("agents", name, "versions", str(version), "retire")
    say.answer(registry(ctx.obj).post(*path, reason=reason, by=ids.person(by)), as_json, say.facts)


@app.command()
def rebuild(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: say.Json = False,
) -> None:
    """Forget all figures of performance, to count them anew from a replay of the archive.

    Example: referral agents rebuild --yes
    """
    if not yes:
        typer.confirm(_FORGET, abort=True, err=True)
    begun = registry(ctx.obj).post("performance", "rebuild")
    say.note(f"New events count from now on. What was before comes from the archive, some minutes later: {_again(ctx.obj)}")
    say.answer(begun, as_json, say.facts)


def _again(account: Account) -> str:
    """The command that counts all that the archive still has."""
    oldest = now() - timedelta(days=settings_of(account.name)["archive_days"])
    return f"`referral --account {account.name} replay --service registry --from {oldest:%Y-%m-%d}`"


def put_into_production(account: Account, file: Path) -> int | None:
    """Register the file's version and put it into production; None where its agent has a version in production."""
    name = read(file)["agent"]
    known = {agent["agent"]: agent for agent in registry(account).get("agents")}
    if PRODUCTION in known.get(name, {}).get("aliases", {}):
        return None
    version = _register(account, file, None)["version"]
    _move(account, name, PRODUCTION, version, "the first version")
    return version


def _register(account: Account, file: Path, message: str | None) -> Any:
    said = read(file)
    why = message or said.get("message") or f"registered from {file.name}"
    author = said.get("author") or ids.person(None)
    return registry(account).post("agents", agent=said["agent"], config=said["config"], author=author, message=why)


def _move(account: Account, name: str, alias: str, version: int, message: str, force: bool = False) -> Any:
    return registry(account).put("agents", name, "aliases", alias, version=version, cause=message, force=force)
