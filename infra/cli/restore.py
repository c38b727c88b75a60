"""Commands `restore`: after a table was lost or damaged, from a backup and from the event log."""

from collections import Counter
from typing import Annotated, Any

import typer

from infra.cli import say, tables
from infra.cli.call import Service
from infra.cli.exports import gathered
from infra.cli.projections import projection
from infra.cli.rebuild import BEGINNING, standing
from infra.cli.rebuilding import rebuilt
from infra.cli.restoring import bring_back, forgotten, heard
from shared.clock import now

_HELP = "After a table was lost or damaged: rows from a backup, and what the event log knows of mails that left since."
_YES = "Do not ask."
_FROM = "The table that the backup was restored into."
app = typer.Typer(name="restore", help=_HELP, no_args_is_help=True)
Yes = Annotated[bool, typer.Option("--yes", help=_YES)]


@app.command()
def rows(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Whose table.")],
    source: Annotated[str, typer.Option("--from", help=_FROM)],
    yes: Yes = False,
    as_json: say.Json = False,
) -> None:
    """Write the rows of a restored table that the live one lacks; what stands there stays, and nothing is announced.

    Stop the sending function before, and replay the event log to the service afterwards: see the runbook.

    Example: referral restore rows orchestrator --from referral-prod-Referrals-restored
    """
    projection(service)
    table = tables.name_of(ctx.obj, service)
    if not yes:
        typer.confirm(f"Write what {table} lacks of {source}?", abort=True, err=True)
    written = bring_back(tables.rows_of(ctx.obj, source), tables.live(ctx.obj, service))
    say.answer({"table": table, "written": written}, as_json, say.facts)


@app.command()
def referrals(ctx: typer.Context, yes: Yes = False, as_json: say.Json = False) -> None:
    """Write down what the event log says of referrals that the orchestrator's table forgot: no mail leaves twice.

    What left is sent, what was decided stays decided. An approved mail of which the log has no end may have left: it
    is in doubt, and `referral drafts settle` says what was found out. A draft whose words are lost failed as
    `restored`, and `referral drafts retry` has another one written. Nothing is announced; repeating it is harmless.

    Example: referral restore referrals
    """
    live = standing(ctx.obj, "orchestrator")
    spool = gathered(ctx.obj, BEGINNING, None)
    wanted = forgotten(live, rebuilt(spool, "orchestrator", projection("orchestrator").folds), now())
    say.note(f"{len(wanted)} referrals: {dict(Counter(row['status'] for row in wanted.values()))} by the event log.")
    if not (yes or not wanted or typer.confirm("Write that down?", err=True)):
        raise typer.Exit(1)
    api = Service(ctx.obj, "review_api")
    done: list[dict[str, Any]] = [api.post("drafts", one, "recover", **said) for one, said in heard(spool, wanted)]
    say.answer(_summary(done), as_json, say.facts)


def _summary(done: list[dict[str, Any]]) -> dict[str, Any]:
    left = {status: [one["referral_id"] for one in done if one["status"] == status] for status in ("sending", "failed")}
    return {
        "recovered": dict(sorted(Counter(one["status"] for one in done).items())),
        "to_settle": left["sending"], "to_retry": left["failed"],
    }
