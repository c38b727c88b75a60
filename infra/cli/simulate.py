"""Command `simulate`: what a rollout does with a candidate that is better or worse, on this laptop."""

import time
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.orders import PlanFile
from infra.cli.session import Account

app = typer.Typer(name="simulate", no_args_is_help=True)


@app.callback()
def simulate() -> None:
    """The deployed services with made-up customers and reviewers, on this laptop."""


@app.command()
def rollout(
    ctx: typer.Context,
    candidate: Annotated[float, typer.Option("--candidate-approval", min=0, max=1, help="How often its drafts are approved.")],
    baseline: Annotated[float, typer.Option("--baseline-approval", min=0, max=1, help="How often those of production are.")] = 0.8,
    customers: Annotated[int, typer.Option(min=1, help="At most so many, one job each.")] = 4000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same verdicts.")] = 1,
    plan: PlanFile = None,
    wave: Annotated[int, typer.Option(min=1, max=1000, help="Jobs that come at once.")] = 100,
    reviewers: Annotated[int, typer.Option(min=1, max=32, help="Who decide side by side.")] = 4,
    patience: Annotated[float, typer.Option(help="Seconds to wait for the evaluation before it begins without.")] = 90,
    restore: Annotated[bool, typer.Option("--restore/--keep", help="Put back what was in production, where it was released.")] = False,
    as_json: say.Json = False,
) -> None:
    """Roll a candidate out to made-up customers, with made-up reviewers and a fast clock, through the real services.

    Registers a candidate with the content of what is in production, so that only the reviewers make a difference, and
    stops when it is released or taken back. Times are seconds where they would be hours, and 200 outcomes suffice at
    100 %; everything else is the usual plan. A released candidate stays in production unless --restore is given.

    Example: referral simulate rollout --candidate-approval 0.6 --customers 2000
    """
    from infra.cli import simulated  # the contracts are slow to import, and help needs none

    account: Account = ctx.obj
    if not account.local:
        raise say.Problem(f"Customers and reviewers are made up on the laptop only, never in account {account.name}.")
    started = time.monotonic()
    run = simulated.Run(account, candidate, baseline, customers, seed, wave, reviewers)
    said: dict[str, Any] = run.go(simulated.plan_of(plan), patience, restore)
    say.answer({**said, "seconds": round(time.monotonic() - started, 1)}, as_json, simulated.page)
