"""Command `events export`: what was said, in order, as a file."""

import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from infra.cli import say
from infra.cli.placeholders import Placeholders
from infra.cli.recorded import Envelope, recorded
from infra.cli.session import Account
from infra.cli.spool import Spool
from shared.clock import now

app = typer.Typer()
_TOLD = ("time", "source", "detail-type", "detail")  # of an envelope; the rest is the transport's
_STEP = 10_000
_FROM = "From this moment on (UTC), by when the bus took the event."
_TO = "Until before this moment (UTC); now otherwise."
_UNREDACTED = "With addresses, names and free text. Such a file must not leave the account."
_KEY = "The same key gives the same placeholders in another export; a fresh one otherwise."
Since = Annotated[datetime, typer.Option("--from", help=_FROM)]
Until = Annotated[datetime | None, typer.Option("--to", help=_TO)]


@app.command()
def export(
    ctx: typer.Context,
    since: Since,
    until: Until = None,
    customer: Annotated[str, typer.Option(help="Only this customer's events, and the stories they belong to.")] = "",
    kind: Annotated[list[str] | None, typer.Option("--type", help="Only this detail-type; may be repeated.")] = None,
    unredacted: Annotated[bool, typer.Option("--unredacted", help=_UNREDACTED)] = False,
    key: Annotated[str, typer.Option(envvar="REFERRAL_EXPORT_KEY", help=_KEY)] = "",
) -> None:
    """What was said, each event once and in order, one JSON object on each line of stdout; counts go to stderr.

    Addresses, names and free text are placeholders: the same text has the same one in all events of the file, so that
    they can still be joined. Ids, amounts, codes and moments stay. What is exported can be replayed.

    Example: referral events export --from 2026-11-01 --to 2026-12-01 > events.ndjson
    """
    spool = gathered(ctx.obj, since, until, kind or (), customer)
    hide = Placeholders((key or secrets.token_hex(16)).encode()[:64])
    for number, envelope in enumerate(spool.in_order(), start=1):
        told = envelope if unredacted else hide.instead(envelope)
        typer.echo(json.dumps({name: told[name] for name in _TOLD if name in told}))
        if not number % _STEP:
            say.note(f"{number} of {len(spool)} written")
    kinds = ", ".join(f"{count} {kind}" for kind, count in spool.kinds().items())
    say.note(f"{len(spool)} events{f': {kinds}' if kinds else ''}.")
    if unredacted:
        say.note("This file has addresses, names and free text of customers: keep it in the account, and delete it.")


def gathered(
    account: Account, since: datetime, until: datetime | None, kinds: Iterable[str] = (), customer: str = "",
) -> Spool:
    """What the log has of a time, ready to be told in order. Raises Problem where the time has no length."""
    begin, end = in_utc(since), in_utc(until) if until else now()
    if begin >= end:
        raise say.Problem(f"The time ends ({end:%Y-%m-%d %H:%M}, UTC) before it begins ({begin:%Y-%m-%d %H:%M}): see --from and --to.")
    spool = Spool().add(_counted(recorded(account, begin, end)))
    return spool.keep(begin, end, list(kinds), customer)


def in_utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _counted(envelopes: Iterator[Envelope]) -> Iterator[Envelope]:
    for number, envelope in enumerate(envelopes, start=1):
        if not number % _STEP:
            say.note(f"{number} recorded events read")
        yield envelope
