"""Command `run`: the whole system on this laptop, from an empty machine to drafts that wait for a reviewer."""

import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.accounts import ROOT
from infra.cli import console, say
from infra.cli.journey import HistoryFirst, Journey
from infra.cli.session import Account
from infra.cli.summary import Summary
from infra.cli.up import bring_up, only_local
from infra.local import bridge, cloud

app = typer.Typer()
EXAMPLE_AGENT = ROOT / "examples" / "agents" / "referral-writer-v1.yaml"
EXAMPLE_HISTORY = ROOT / "examples" / "history" / "jobs.sql"


@app.command()
def run(
    ctx: typer.Context,
    query: Annotated[
        Path, typer.Option("--input", metavar="QUERY.sql", help="Completed jobs, as for `referral import`."),
    ] = EXAMPLE_HISTORY,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    data: Annotated[Path | None, typer.Option(envvar="REFERRAL_DATA", help="Folder that the query sees as getvariable('data').")] = None,
    review: Annotated[str, typer.Option(help="`person`: drafts wait for you. `simulated`: a program decides, and says so.")] = "person",
    once: Annotated[bool, typer.Option("--once", help="End when nothing moves any more, and leave the laptop's AWS running.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait at most until nothing moves any more.")] = 900,
    as_json: say.Json = False,
) -> None:
    """Start everything, bring in jobs, and have drafts written.

    Without --once it then serves until Ctrl-C.

    Example: referral run --input examples/history/jobs.sql --once --review simulated --json
    """
    account = only_local(ctx)
    if review not in ("person", "simulated"):
        raise say.Problem(f"--review is `person` or `simulated`, not {review!r}.")
    bring_up(account)
    ready_agent(account)
    summary = Journey(account, timeout).go(partial(_imported, account, query, limit, data), review == "simulated")
    say.answer(summary, as_json, say.facts)
    if not once:
        _serve(account, summary)


def ready_agent(account: Account) -> None:
    """Register the example agent and put it into production, unless there is one in production already."""
    from infra.cli.agents import put_into_production

    version = put_into_production(account, EXAMPLE_AGENT)
    if version:
        say.note(f"registered the example agent as version {version} and put it into production")


def _imported(account: Account, query: Path, limit: int | None, data: Path | None, put: HistoryFirst) -> Summary:
    from rich.console import Console
    from rich.progress import Progress

    from infra.cli.imports import import_jobs

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("jobs", total=limit)
        summary = import_jobs(
            query, put=put, bus_name=account.bus, limit=limit, data=data,
            told=lambda told: bar.update(task, completed=told.rows),
        )
    for number, reasons in summary.rejects:
        say.note(f"row {number} is left out: {'; '.join(reasons)}")
    return summary


def _serve(account: Account, summary: dict[str, Any]) -> None:
    say.note(
        f"\n{summary['drafted']} drafts wait for you in the review console:\n  {console.address(account)}\nOr in another terminal:\n"
        "  referral drafts list                 what waits, oldest first\n"
        "  referral drafts show REFERRAL        the mail and what it is based on\n"
        "  referral drafts approve REFERRAL     let exactly that leave\n"
        "  referral mail list                   what was sent\n"
        f"AWS answers at {bridge.endpoint()}. Ctrl-C stops it; its state is kept."
    )
    try:
        while all(cloud.running(part) for part in cloud.parts()):
            time.sleep(1)
        raise say.Problem(f"The laptop's AWS ended by itself. Its logs are in {cloud.home()}.")
    except KeyboardInterrupt:
        cloud.stop()
        say.note("Stopped; its state is kept.")
