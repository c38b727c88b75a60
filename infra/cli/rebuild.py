"""Command `rebuild`: a service's table from the log, beside the one that is live."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import say, tables
from infra.cli.aside import Aside
from infra.cli.exports import gathered
from infra.cli.health import Health
from infra.cli.letterbox import DeadLetters
from infra.cli.projections import projection
from infra.cli.rebuilding import Comparison, compare, rebuilt
from infra.cli.session import Account
from infra.cli.spool import Spool
from infra.cli.switching import Switched, remember, switch, undo
from shared.clock import now

app = typer.Typer()
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(minutes=1)  # what was said so lately may not have been handled yet
_SHOWN = 50
_SERVICE = "Whose table."
_REDRIVE = "dead letters would be done without a word to anybody, for a rebuild announces nothing:"
_SWITCH = "Write the rows that differ into the live table."
_UNDO = "Take back what a switch wrote, by the file that it left."


@app.command()
def rebuild(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help=_SERVICE)],
    to_switch: Annotated[bool, typer.Option("--switch", help=_SWITCH)] = False,
    back: Annotated[Path | None, typer.Option("--undo", exists=True, dir_okay=False, help=_UNDO)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: say.Json = False,
) -> None:
    """Make the next generation of a table from the whole log, and list where it differs from the one that is live.

    The folds are those of this checkout: with a changed definition it shows what the new one says, next to what is live.
    Nothing is written without --switch; that writes rows that differ, if nobody changed them meanwhile, announces nothing,
    and leaves a file by which --undo takes it back. Exit code 1 where a difference remains.

    Example: referral rebuild features
    """
    projection(service)
    if back:
        say.answer(undo(back.read_text().splitlines(), tables.live(ctx.obj, service)).public(), as_json, say.facts)
        return
    letters = DeadLetters(ctx.obj).number(service)
    if letters and to_switch:
        raise say.Problem(f"{letters} {_REDRIVE} `referral dlq redrive --service {service}`, then rebuild.")
    live, spool, fresh, found = _built(ctx.obj, service)
    told = {"service": service, "events": len(spool), "same": found.same, "different": len(found.differences)}
    told |= {"differences": [one.public() for one in found.differences[:_SHOWN]], "not_rebuilt": _kept_rows(service, found)}
    if found.differences and to_switch and (yes or typer.confirm(f"Write {len(found.differences)} rows?", err=True)):
        done = switch(found.differences, live, fresh, spool.touched(now() - _MOMENT), tables.live(ctx.obj, service))
        told |= done.public() | {"undo": _kept(done, service)}
    say.answer(told, as_json, _view)
    if len(found.differences) > told.get("switched", 0):
        raise typer.Exit(1)


def _built(account: Account, service: str) -> tuple[Aside, Spool, Aside, Comparison]:
    """The live table first and the log after it, so that the log knows all that the table knows."""
    busy = [q["name"] for q in Health(account).queues() if q["waiting"] + q["in_flight"] and not q["name"].endswith("-dead-letters")]
    if busy:
        say.note(f"Something is on its way in {', '.join(busy)}: what it is about may differ now, and will be left alone.")
    live = standing(account, service)
    spool = gathered(account, BEGINNING, None)
    fresh = rebuilt(spool, service, projection(service).folds)
    return live, spool, fresh, compare(live, fresh, projection(service))


def standing(account: Account, service: str) -> Aside:
    """The live table as it is now, in a file of its own."""
    return Aside().keep(row for row in tables.rows(account, service) if not projection(service).plumbing(row[0]))


def _kept_rows(service: str, found: Comparison) -> list[dict[str, Any]]:
    """What the log says nothing of: rows of the service's own work, left as they are."""
    why = projection(service).why_kept
    return [{"kind": kind, "rows": rows, "why": why(kind)} for kind, rows in sorted(found.kept.items())]


def _kept(done: Switched, service: str) -> str | None:
    if not done.before:
        return None
    path = Path(f"rebuild-{service}-{now():%Y%m%dT%H%M%S}.ndjson")
    remember(done, path)
    return str(path)


def _view(told: dict[str, Any]) -> Any:
    from rich.console import Group

    rows = [(one["pk"], one["sk"], one["live"], one["rebuilt"], ", ".join(one["fields"])) for one in told["differences"]]
    columns = ("partition", "row", "live", "rebuilt", "fields that differ")
    lines = {name: told[name] for name in told if name not in ("differences", "not_rebuilt")}
    kept = [(one["kind"], one["rows"], one["why"]) for one in told["not_rebuilt"]]
    return Group(
        say.table(columns, rows, "Every row is the same."), say.facts(lines), "",
        say.table(("not rebuilt", "rows", "because"), kept, "Nothing is left out."),
    )
