"""Command `verify`: whether every table is what the event log says, and saying it all again changes nothing."""

import time
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.audit import judged
from infra.cli.health import Health
from infra.cli.verifying import Told, compared, fine, said_again

app = typer.Typer()
_AGAIN = "Then say all of it again, to every service, and compare all tables and mails before and after."


@app.command()
def verify(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--replay", help=_AGAIN)] = False,
    as_json: say.Json = False,
) -> None:
    """Prove that every service's table is what the event log says, and every mail is accounted for.

    Each table is made once more beside the live one, as `referral rebuild` does, and nothing is written. With --replay
    the whole log is then handed to all deployed functions, marked as a replay: effects are refused, and not one row of
    any table may change, the event log's included. Nothing else should move meanwhile. Exit code 1 where something
    differs.

    Example: referral verify --replay
    """
    started = time.monotonic()
    if Health(ctx.obj).busy():
        raise say.Problem("Something is on its way: verify again when `referral status` shows empty queues.")
    spool, found = compared(ctx.obj)
    told: Told = {"events": len(spool), "tables": found, "audit": judged(ctx.obj)}
    if again:
        told["replay"] = said_again(ctx.obj, spool)
    told["verified"] = fine(told)
    say.answer(told | {"seconds": round(time.monotonic() - started, 1)}, as_json, _view)
    if not told["verified"]:
        raise typer.Exit(1)


def _view(told: Told) -> Any:
    from rich.console import Group

    tables_of = told["tables"].items()
    columns = ("table of", "rows that are the same", "that differ", "not rebuilt")
    rows = [(name, one["same"], one["different"], sum(one["not_rebuilt"].values())) for name, one in tables_of]
    wrong = [
        (name, f"{row['pk']} / {row['sk']}", ", ".join(row["fields"]))
        for name, one in tables_of for row in one["differences"]
    ]
    differ = say.table(("table of", "row", "fields that differ"), wrong, "No row differs.")
    end = {"verified": told["verified"], "seconds": told["seconds"]}
    lines = say.facts({"events in the log": told["events"]} | _judged(told["audit"]) | _felt(told.get("replay")) | end)
    return Group(say.table(columns, rows), "", differ, "", lines)


def _judged(audit: Told) -> dict[str, str]:
    verdict = "clean" if audit["clean"] else f"{len(audit['violations'])} violations, see `referral audit`"
    return {"audit": f"{verdict}: {audit['sent']} mails, {len(audit['pending'])} approvals pending"}


def _felt(again: Told | None) -> dict[str, Any]:
    if not again:
        return {}
    folded, refused, failed = (sum(again[name].values()) for name in ("taken", "effects_refused", "failed"))
    changes = [f"{table}: {', '.join(kinds)}" for table, kinds in again["changed"].items()]
    return {
        "said again": f"{again['events']} events: {folded} folded, {refused} effects refused, {failed} not taken",
        "changed by that": "; ".join(changes) or f"none of {sum(one['rows'] for one in again['rows'].values())} rows",
        "mails": again["mails"],
    }
