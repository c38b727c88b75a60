"""Command `replay`: what was said is said again, to one service or to all, and nothing leaves the house."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import archive, say
from infra.cli import plan as plans
from infra.cli.archive import Archive
from infra.cli.aside import Aside
from infra.cli.exports import gathered, in_utc
from infra.cli.listeners import Listener, listeners
from infra.cli.recorded import Envelope
from infra.cli.replaying import Hand, Invoked, Pace, Result, replay
from infra.cli.sandbox import Sandbox
from infra.cli.session import Account
from infra.cli.spool import Spool
from infra.cli.tables import live
from shared.clock import now

app = typer.Typer()
_SANDBOX = "sandbox"
_FILE = "Events, one JSON object on each line, as `referral events export` writes them; the archive otherwise."
_SERVICE = "Only this service hears it; needed for a replay of the archive."
_FROM = "From this moment on (UTC), of the archive."
_TO = "Until before this moment (UTC), of the archive; now otherwise."
_SPEED = "`max`, or so many times as fast as it happened, such as `10x`. Of a file."
_INTO = "`sandbox`: into empty tables of their own, under a role that can do nothing else. Of a file."
_YES = "Do not ask."
_DRY = "Only the plan."


@app.command("replay")
def replay_(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, metavar="[FILE]", help=_FILE)] = None,
    service: Annotated[str, typer.Option(help=_SERVICE)] = "",
    since: Annotated[datetime | None, typer.Option("--from", help=_FROM)] = None,
    until: Annotated[datetime | None, typer.Option("--to", help=_TO)] = None,
    speed: Annotated[str, typer.Option(help=_SPEED)] = "max",
    into: Annotated[str, typer.Option(help=_INTO)] = "",
    yes: Annotated[bool, typer.Option("--yes", help=_YES)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_DRY)] = False,
    as_json: say.Json = False,
) -> None:
    """Say again what was said, marked as a replay: folds apply what they do not know yet, effects are refused.

    A plan comes first: who hears what, what is known already, which effects would be refused. A file goes in order to
    the deployed functions themselves. The archive reaches the rules of one service, unordered, up to ten minutes behind.

    --into sandbox: into empty tables, under a role that may write to these and nothing else: no mail, no model, no event.

    Example: referral replay events.ndjson --service features --dry-run
    """
    _refuse(file, service, since, into)
    factor, chosen = _factor(speed), listeners(service)
    spool = _found(ctx.obj, file, since, until)
    planned = _plan(ctx.obj, spool, chosen, into)
    if not as_json or dry_run:
        say.answer(planned, as_json, plans.view)
    if dry_run or not (yes or (not as_json and typer.confirm("Replay this?", err=True))):
        return
    name = f"referral-{now():%Y-%m-%dT%H-%M-%S}"
    moved = _of_file(ctx.obj, spool, chosen, factor, into, name) if file else _of_archive(ctx.obj, chosen, since, until, name)
    say.answer({"replay": name, "plan": planned, **moved}, as_json, _view)
    if any(moved.get("failed", {}).values()):
        raise typer.Exit(1)


def _found(account: Account, file: Path | None, since: Any, until: datetime | None) -> Spool:
    """What would be replayed; of the archive what the log has of that time, for the archive can't be counted."""
    if file:
        return read(file)
    Archive(account).refuse_while_one_runs()
    return gathered(account, since, until)


def read(file: Path) -> Spool:
    """The events of a file; raises Problem with the line that is none."""
    return Spool().add(_lines(file))


def _lines(file: Path) -> Iterator[Envelope]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                said = json.loads(line)
                yield {"source": said["source"], "detail-type": said["detail-type"], **said, "detail": said["detail"]}
            except (ValueError, TypeError, KeyError):
                raise say.Problem(f"{file.name}, line {number} is no event: export it with `referral events export`.") from None


def _refuse(file: Path | None, service: str, since: datetime | None, into: str) -> None:
    if into not in ("", _SANDBOX):
        raise say.Problem(f"--into is `{_SANDBOX}`, not {into!r}.")
    if file and since:
        raise say.Problem("--from and --to are of the archive: export what you want of the log, and replay that file.")
    if not file and (not service or not since or into):
        raise say.Problem("A replay of the archive needs --service and --from; one into the sandbox needs a FILE.")


def _factor(speed: str) -> float | None:
    try:
        return None if speed == "max" else float(speed.removesuffix("x"))
    except ValueError:
        raise say.Problem(f"--speed is `max` or such as `10x`, not {speed!r}.") from None


def _plan(account: Account, spool: Spool, chosen: list[Listener], into: str) -> dict[str, Any]:
    services = {listener.service for listener in chosen}
    tables = {service: Aside() if into else Aside(live(account, service)) for service in services}
    return plans.plan(spool.in_order(), chosen, tables).public()


def _of_file(
    account: Account, spool: Spool, chosen: list[Listener], factor: float | None, into: str, name: str,
) -> dict[str, Any]:
    hand: Hand = Sandbox(account, {one.service for one in chosen}, name) if into else Invoked(account, name)
    tables = {"tables": hand.tables} if isinstance(hand, Sandbox) else {}
    return replay(spool.in_order(), chosen, hand, Pace(factor), _progress(len(spool))).public() | tables


def _of_archive(
    account: Account, chosen: list[Listener], since: Any, until: datetime | None, name: str,
) -> dict[str, Any]:
    say.note(archive.LAG)
    ended = Archive(account).replay(name, chosen, in_utc(since), in_utc(until) if until else now(), say.note)
    return {"ended": ended}


def _progress(count: int) -> Any:
    def told(result: Result) -> None:
        if not result.events % 1000 or result.events == count:
            say.note(f"{result.events} of {count} events")

    return told


def _view(told: dict[str, Any]) -> Any:
    return say.facts({name: value for name, value in told.items() if name != "plan"})
