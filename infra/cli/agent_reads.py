"""Commands `agents`: what is known of agents, their versions, and how these do."""

from typing import Annotated

import typer

from infra.cli import agent_views, say
from infra.cli.call import Service
from infra.cli.session import Account

app = typer.Typer()
Name = Annotated[str, typer.Argument(metavar="NAME", help="The agent's name.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The number of the version.")]
PRODUCTION = "production"


@app.command("list")
def list_(ctx: typer.Context, as_json: say.Json = False) -> None:
    """All agents.

    Example: referral agents list
    """
    say.answer(registry(ctx.obj).get("agents"), as_json, agent_views.rows)


@app.command()
def show(
    ctx: typer.Context,
    name: Name,
    version: Annotated[int | None, typer.Option(min=1, help="This version with its prompts.")] = None,
    as_json: say.Json = False,
) -> None:
    """An agent's aliases and versions and how each does, or one version with its prompts.

    Example: referral agents show referral-writer --version 1
    """
    if version is None:
        say.answer(registry(ctx.obj).get("agents", name), as_json, agent_views.page)
    else:
        say.answer(registry(ctx.obj).get("agents", name, "versions", str(version)), as_json, agent_views.prompts)


@app.command()
def diff(
    ctx: typer.Context,
    name: Name,
    version: Number,
    other: Annotated[int, typer.Argument(metavar="OTHER", min=1, help="The version to compare it with.")],
    as_json: say.Json = False,
) -> None:
    """Everything in which two versions differ: prompts line by line, all other fields with both values.

    Example: referral agents diff referral-writer 1 2
    """
    found = registry(ctx.obj).get("agents", name, "versions", str(version), "diff", str(other))
    say.answer(found, as_json, agent_views.differences)


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
    say.answer(registry(ctx.obj).get("agents", name, "aliases", alias, "history"), as_json, agent_views.moves)


@app.command()
def performance(ctx: typer.Context, name: Name, version: Number, as_json: say.Json = False) -> None:
    """What became of a version's drafts: approvals, rejections, errors, latency, tokens, cost.

    Example: referral agents performance referral-writer 2
    """
    found = registry(ctx.obj).get("agents", name, "versions", str(version), "performance")
    say.answer(found, as_json, agent_views.performance)


@app.command()
def evaluations(ctx: typer.Context, name: Name, version: Number, as_json: say.Json = False) -> None:
    """How a version did on history as a candidate, newest first.

    Example: referral agents evaluations referral-writer 2
    """
    found = registry(ctx.obj).get("agents", name, "versions", str(version), "evaluations")
    say.answer(found, as_json, agent_views.evaluations)


def registry(account: Account) -> Service:
    return Service(account, "register_agent")
