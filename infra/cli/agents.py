"""Commands `agents`: versions of the writers, and which of them is in production."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import agent_views, ids, say
from infra.cli.call import Service
from infra.cli.session import Account

_HELP = "Versions of the writers, and which of them is in production."
app = typer.Typer(name="agents", help=_HELP, no_args_is_help=True)
PRODUCTION = "production"
_FILE = "YAML or JSON: agent, config, message."
_FIELDS = {"agent", "config", "message", "author"}
Name = Annotated[str, typer.Argument(metavar="NAME", help="The agent's name.")]


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
    say.answer(registered, as_json, say.facts)


@app.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """All agents.

    Example: referral agents list
    """
    say.answer(_registry(ctx.obj).get("agents"), as_json, agent_views.rows)


@app.command()
def show(
    ctx: typer.Context,
    name: Name,
    version: Annotated[int | None, typer.Option(min=1, help="This version with its prompts.")] = None,
    as_json: say.Json = False,
) -> None:
    """An agent's aliases and versions, or one version with its prompts.

    Example: referral agents show referral-writer --version 1
    """
    if version is None:
        say.answer(_registry(ctx.obj).get("agents", name), as_json, agent_views.page)
    else:
        say.answer(_registry(ctx.obj).get("agents", name, "versions", str(version)), as_json, agent_views.prompts)


@app.command()
def history(
    ctx: typer.Context,
    name: Name,
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="Such as production.")] = PRODUCTION,
    as_json: say.Json = False,
) -> None:
    """Every move of an alias, newest first: what was in production at any time, and why.

    Example: referral agents history referral-writer production
    """
    say.answer(_registry(ctx.obj).get("agents", name, "aliases", alias, "history"), as_json, agent_views.moves)


@app.command()
def alias(
    ctx: typer.Context,
    name: Name,
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="Such as production.")],
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The version that it is to name.")],
    message: Annotated[str, typer.Option(help="Why.")] = "moved by hand",
    as_json: say.Json = False,
) -> None:
    """Let an alias name a version; from the next draft on, `production` writes.

    Example: referral agents alias referral-writer production 2 --message "Shorter subject"
    """
    say.answer(_move(ctx.obj, name, alias, version, message), as_json, say.facts)


def put_into_production(account: Account, file: Path) -> int | None:
    """Register the file's version and put it into production; None where its agent has a version in production."""
    name = read(file)["agent"]
    known = {agent["agent"]: agent for agent in _registry(account).get("agents")}
    if PRODUCTION in known.get(name, {}).get("aliases", {}):
        return None
    version = _register(account, file, None)["version"]
    _move(account, name, PRODUCTION, version, "the first version")
    return version


def read(file: Path) -> dict[str, Any]:
    """What an agent file says; whether it makes sense is the registry's to judge."""
    said = _yaml(file)
    if not isinstance(said, dict) or not {"agent", "config"} <= said.keys():
        raise say.Problem(f"{file} must say agent (a name) and config (model_id, system_prompt, user_prompt, ...).")
    unread = ", ".join(sorted(said.keys() - _FIELDS))
    if unread:
        raise say.Problem(f"{file} says {unread}, which nobody reads: it may say {', '.join(sorted(_FIELDS))}.")
    return said


def _yaml(file: Path) -> Any:
    """What the file says in the values that JSON has too, for so it travels; a date is its text."""
    import yaml

    try:
        return json.loads(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")), default=str))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise say.Problem(f"{file} is no YAML: {' '.join(str(error).split())}") from None
    except (TypeError, ValueError, RecursionError):
        raise say.Problem(f"{file} is no YAML of texts, numbers, lists and mappings that end.") from None


def _register(account: Account, file: Path, message: str | None) -> Any:
    said = read(file)
    why = message or said.get("message") or f"registered from {file.name}"
    author = said.get("author") or ids.person(None)
    return _registry(account).post("agents", agent=said["agent"], config=said["config"], author=author, message=why)


def _move(account: Account, name: str, alias: str, version: int, message: str) -> Any:
    return _registry(account).put("agents", name, "aliases", alias, version=version, cause=message)


def _registry(account: Account) -> Service:
    return Service(account, "register_agent")
