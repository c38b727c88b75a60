"""Commands `outbox`: announcements that never came onto the bus, found by comparing outboxes with the event log."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated, Any

import typer

from infra import deploy
from infra.cli import say, tables
from infra.cli.session import Account
from infra.platform.event_log import row
from shared import bus, mailbox
from shared.clock import now
from shared.store import Item, Key

_HELP = "Announcements that never came onto the bus."
app = typer.Typer(name="outbox", help=_HELP, no_args_is_help=True)
_KEPT = timedelta(days=7)  # of a row in the outbox
_ON_ITS_WAY = timedelta(minutes=5)  # after which the alarm on an outbox's age fires as well
_AT_ONCE = 100
Service = Annotated[str, typer.Option(help="Only the outbox of this service.")]


@app.command()
def lost(ctx: typer.Context, service: Service = "", as_json: say.Json = False) -> None:
    """What a service wrote down as announced in the last seven days, and the event log never heard of.

    Younger than five minutes it may be on its way. Exit code 1 where there is any.

    Example: referral outbox lost
    """
    found = [_told(one) for one in _lost(ctx.obj, service)]
    say.answer({"lost": found}, as_json, _view)
    if found:
        raise typer.Exit(1)


@app.command()
def resend(
    ctx: typer.Context, service: Service = "", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: say.Json = False,
) -> None:
    """Put on the bus what `lost` shows, under the ids that it has: who heard of it already does nothing.

    Example: referral outbox resend --service orchestrator
    """
    found = sorted(_lost(ctx.obj, service), key=lambda one: one["expires_at"])
    told: dict[str, Any] = {"lost": [_told(one) for one in found], "put": 0}
    if not as_json:
        say.show(_view(told))
    if found and (yes or (not as_json and typer.confirm(f"Put these {len(found)} on the bus?", err=True))):
        refused = bus.put([_entry(ctx.obj, one) for one in found], client=ctx.obj.client("events"))
        told |= {"put": len(found) - len(refused), "refused": [code for _, code in refused]}
    say.answer(told, as_json, lambda said: say.facts({name: said[name] for name in said if name != "lost"}))


def _lost(account: Account, service: str) -> Iterator[Item]:
    """Rows of outboxes whose event has no row in the log, a hundred at a time."""
    until = int((now() + _KEPT - _ON_ITS_WAY).timestamp())
    names = [service] if service else deploy.services()
    waiting = ({"service": name, **one} for name in names for one in tables.outbox(account, name, until))
    while some := list(islice(waiting, _AT_ONCE)):
        places = {_place(one): one for one in some}
        yield from (places[key] for key in places.keys() - tables.recorded(account, places))


def _place(told: Item) -> Key:
    """Where the log keeps this event."""
    known = _index(told)
    return known["pk"], known["sk"]


def _index(told: Item) -> dict[str, Any]:
    envelope = {"source": told["source"], "detail-type": told["detail_type"], "detail": json.loads(told["detail"])}
    return row(mailbox.delivery({"messageId": "", "body": json.dumps(envelope)}), "", "")


def _told(one: Item) -> dict[str, str]:
    known = _index(one)
    at = datetime.fromtimestamp(int(one["expires_at"]), UTC) - _KEPT
    names = ("detail_type", "event_id", "correlation_id", "causation_id")
    return {"service": one["service"], **{name: known[name] for name in names}, "announced_at": at.isoformat()}


def _entry(account: Account, one: Item) -> bus.Entry:
    return {"EventBusName": account.bus, "Source": one["source"], "DetailType": one["detail_type"], "Detail": one["detail"]}


def _view(said: dict[str, Any]) -> Any:
    lines: Iterable[tuple[str, ...]] = (
        (one["service"], one["detail_type"], one["correlation_id"], say.moment(one["announced_at"])) for one in said["lost"]
    )
    return say.table(("service", "event", "story", "announced"), lines, "Everything that was announced was heard.")
