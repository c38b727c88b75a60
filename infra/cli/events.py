"""Commands `events`: put upstream facts on the bus, watch what is said on it, and export what was said."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Any

import typer

from infra.cli import exports, say
from infra.cli.log import Cursor, EventLog, Row
from infra.cli.session import Account
from shared.clock import now

_HELP = "Put upstream facts on the bus, watch what is said on it, and export what was said."
app = typer.Typer(name="events", help=_HELP, no_args_is_help=True)
for group in (exports,):
    app.add_typer(group.app)
_FILE = "JSON, or one JSON object on each line; - reads from stdin."
_FORCE = "Put it although it breaks its contract, to see what becomes of it."
_POLL_SECONDS = 1.0
_SHOWN = 4  # fields of an event on its line


@app.command()
def put(
    ctx: typer.Context,
    file: Annotated[typer.FileText, typer.Argument(metavar="FILE", encoding="utf-8-sig", help=_FILE)],
    force: Annotated[bool, typer.Option("--force", help=_FORCE)] = False,
    as_json: say.Json = False,
) -> None:
    """Say something as an upstream system: objects with source, detail-type and detail.

    Example: referral events put examples/events/service-completed.json
    """
    from infra.cli import facts

    found = facts.read(_text(file))
    if not found:
        raise say.Problem(f"There is no event in {file.name}.")
    wrong = [(fact.line, fact.refusals() or ([] if force else fact.problems())) for fact in found]
    if any(problems for _, problems in wrong):
        lines = [f"line {line}: {problem}" for line, problems in wrong for problem in problems]
        raise say.Problem("Nothing was put.\n  " + "\n  ".join(lines))
    refused = _put(ctx.obj, [fact.entry(ctx.obj.bus) for fact in found])
    if refused:
        raise say.Problem(f"The bus refuses {len(refused)} of {len(found)} events: {', '.join(sorted(set(refused)))}.")
    told = [{"detail_type": fact.said["detail-type"], "source": fact.said["source"], **fact.ids()} for fact in found]
    say.answer({"put": len(told), "events": told}, as_json, lambda said: say.table(("put", "as", "story"), _rows(said)))


@app.command()
def tail(
    ctx: typer.Context,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on until Ctrl-C.")] = True,
    kind: Annotated[list[str] | None, typer.Option("--type", help="Only this detail-type; may be repeated.")] = None,
    correlation: Annotated[str, typer.Option(help="Only the story with this correlation id.")] = "",
    minutes: Annotated[float, typer.Option(min=0, help="Begin so many minutes ago.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on each line of stdout.")] = False,
) -> None:
    """What is said on the bus, as the event log has it: without personal data.

    Example: referral events tail --type ReferralDrafted --no-follow
    """
    try:
        for row in _told(EventLog(ctx.obj), minutes, follow):
            if (not kind or row["detail_type"] in kind) and correlation in ("", row["correlation_id"]):
                typer.echo(json.dumps(row) if as_json else _line(row))
    except KeyboardInterrupt:
        raise typer.Exit from None


def _text(file: Any) -> str:
    try:
        return file.read()
    except UnicodeDecodeError:
        raise say.Problem(f"{file.name} is not UTF-8 text.") from None


def _put(account: Account, entries: Sequence[Any]) -> list[str]:
    """Put the entries in their order, and one source at a time; answers why some were refused."""
    from shared import bus

    client = account.upstream_events()
    refused: list[str] = []
    for _, same in groupby(entries, key=lambda entry: entry["Source"]):
        refused += [code for _, code in bus.put(list(same), client=client)]
    return refused


def _told(log: EventLog, minutes: float, follow: bool) -> Iterator[Row]:
    cursor = Cursor(now() - timedelta(minutes=minutes))
    while True:
        rows, cursor = log.events_since(cursor)
        yield from rows
        if not follow:
            return
        sys.stdout.flush()
        time.sleep(_POLL_SECONDS)


def _line(row: Row) -> str:
    who = f"{row['detail_type']:<20}  {row['producer']:<22}  {row['correlation_id']}"
    return say.shown(f"{say.moment(row['recorded_at'])}  {who}  {_about(row)}")


def _about(row: Row) -> str:
    plain = ((name, value) for name, value in row["data"].items() if isinstance(value, (str, int)))
    said = [f"{name}={value}" for name, value in plain if value != row["correlation_id"]]
    return " ".join(said[:_SHOWN])


def _rows(said: dict[str, Any]) -> Iterator[Sequence[str]]:
    broken = "breaks its contract"
    return ((fact["detail_type"], fact["source"], fact.get("correlation_id", broken)) for fact in said["events"])
