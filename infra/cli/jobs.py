"""Command `import`: completed jobs from a query over files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.columns import unknown_columns
from infra.cli.pace import putter
from infra.cli.problems import explained
from infra.cli.session import Account
from infra.cli.summary import Summary

app = typer.Typer()
_STOPPED = 130  # how a shell knows Ctrl-C
_QUERY = "File with a DuckDB query that gives one row per completed job."
_DATA = "Folder that the query sees as getvariable('data')."
_REJECTS = "Where rows that break the contract go; beside the query otherwise."
Query = Annotated[Path, typer.Argument(metavar="QUERY.sql", exists=True, dir_okay=False, help=_QUERY)]
Data = Annotated[Path | None, typer.Option(envvar="REFERRAL_DATA", help=_DATA)]


@app.command("import")
def import_(
    ctx: typer.Context,
    query: Query,
    historical: Annotated[bool, typer.Option("--historical", help="Teach features; no job causes a draft.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    data: Data = None,
    rejects: Annotated[Path | None, typer.Option(help=_REJECTS)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row; count what would be sent.")] = False,
    as_json: say.Json = False,
) -> None:
    """Put completed jobs on the bus, one for each row of a query.

    Columns: service_id, completed_at, customer_id, customer_email, service_type (these five are required),
    customer_name, customer_time_zone, marketing_consent, price_amount, price_currency, technician, notes,
    satisfaction (1 to 5), historical, and property_* (each becomes a property feature).
    A time without zone is in customer_time_zone, or else in UTC; a date means noon.
    Importing the same jobs again changes nothing.

    Relative paths in the query are looked up beside the query and in the current folder.

    Example: referral import examples/history/jobs.sql --dry-run
    """
    from infra.cli.imports import prepared

    account: Account = ctx.obj
    work = prepared(query, _put(account, dry_run), account.bus, historical=historical, data=data, rejects=rejects)
    _warn(work.query.columns)
    summary = _with_progress(work, limit)
    _tell_rejects(summary)
    say.answer({"query": str(query), "dry_run": dry_run, **summary.public()}, as_json, _counts)
    if summary.stopped:
        say.note(f"Stopped: {summary.sent} jobs were sent. Import again to send the rest; none counts twice.")
        raise typer.Exit(_STOPPED)


def _put(account: Account, dry_run: bool) -> Any:
    return (lambda entries: []) if dry_run else explained(putter(account), account.name)


def _warn(columns: list[str]) -> None:
    unknown = unknown_columns(columns)
    if unknown:
        say.note(f"Not used: {', '.join(unknown)}. A column named property_... becomes a property feature.")


def _tell_rejects(summary: Summary) -> None:
    for number, reasons in summary.rejects:
        say.note(f"row {number}: {'; '.join(reasons)}")
    if summary.rejected > len(summary.rejects):
        say.note(f"... and {summary.rejected - len(summary.rejects)} more: all are in {summary.rejects_file}")
        for reason, rows in summary.reasons.most_common():
            say.note(f"{rows:>6} rows: {reason}")


def _counts(told: dict[str, Any]) -> Any:
    return say.facts({name: value for name, value in told.items() if name != "reasons"})


def _with_progress(work: Any, limit: int | None) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("jobs"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        count = work.query.count()
        task = progress.add_task("", total=min(count, limit or count), rate="")

        def told(summary: Any) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, completed=summary.rows, rate=f"{speed:.0f}/s" if speed else "")

        return work.run(limit, told)
