"""Commands `rollouts list`, `show` and `watch`: where rollouts stand."""

import time
from typing import Annotated, Any

import typer

from infra.cli import rollout_views, say
from infra.cli.orders import Id, deployer

app = typer.Typer()
_STATUSES = "waiting, running, held, released, rolled_back or refused."
ENDED = ("released", "rolled_back", "refused")


@app.command("list")
def list_(
    ctx: typer.Context,
    agent: Annotated[str | None, typer.Argument(metavar="[AGENT]", help="Only of this agent.")] = None,
    status: Annotated[str | None, typer.Option(help=_STATUSES)] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The newest so many.")] = 20,
    as_json: say.Json = False,
) -> None:
    """Rollouts, newest first.

    Example: referral rollouts list referral-writer --status running
    """
    said = deployer(ctx.obj).get("rollouts", agent=agent, status=status, limit=limit)["rollouts"]
    say.answer(said, as_json, rollout_views.rows)


@app.command()
def show(ctx: typer.Context, rollout: Id, as_json: say.Json = False) -> None:
    """A rollout's shares, counts and evidence, what is missing for the next share, and every change.

    Example: referral rollouts show ro-0123456789
    """
    say.answer(deployer(ctx.obj).get("rollouts", rollout), as_json, rollout_views.page)


@app.command()
def watch(
    ctx: typer.Context,
    rollout: Id,
    every: Annotated[float, typer.Option(min=0.2, help="Seconds between two looks.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on a line of stdout for each change.")] = False,
) -> None:
    """A rollout as it moves, until it has ended or Ctrl-C.

    Example: referral rollouts watch ro-0123456789
    """
    try:
        _told(ctx, rollout, every) if as_json else _drawn(ctx, rollout, every)
    except KeyboardInterrupt:
        raise typer.Exit from None


def _told(ctx: typer.Context, rollout: str, every: float) -> None:
    import json

    before: Any = None
    while True:
        now = deployer(ctx.obj).get("rollouts", rollout)
        if now != before:
            typer.echo(json.dumps(now))
        if now["status"] in ENDED:
            return
        before = now
        time.sleep(every)


def _drawn(ctx: typer.Context, rollout: str, every: float) -> None:
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(highlight=False), auto_refresh=False) as live:
        while True:
            now = deployer(ctx.obj).get("rollouts", rollout)
            live.update(rollout_views.page(now), refresh=True)
            if now["status"] in ENDED:
                return
            time.sleep(every)
