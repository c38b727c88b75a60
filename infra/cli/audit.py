"""Command `audit`: what the event log proves about every mail."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from infra import accounts
from infra.cli import auditing, say
from infra.cli.laws import Finding
from infra.cli.log import EventLog, Row
from infra.cli.session import Account
from infra.cli.story import Node, tree

app = typer.Typer()
_SINCE = "Judge only mails and approvals since this moment (UTC); the log is read whole all the same."
_OF_A_STEP = ("detail_type", "producer", "event_id", "occurred_at")


@app.command()
def audit(
    ctx: typer.Context,
    since: Annotated[datetime | None, typer.Option(help=_SINCE)] = None,
    as_json: say.Json = False,
) -> None:
    """Prove from the whole event log that only mails left that may leave.

    Each was approved before for exactly its content and not taken back, none left twice, after an opt-out, an erasure,
    a hard bounce or a complaint, or more often than the account allows, and every approval came to an end or is listed
    as pending. Exit code 1 where something contradicts that.

    Example: referral audit --since 2026-11-01
    """
    told = judged(ctx.obj, since.replace(tzinfo=UTC) if since else None)
    say.answer(told, as_json, _view)
    if not told["clean"]:
        raise typer.Exit(1)


def judged(account: Account, since: datetime | None = None) -> dict[str, Any]:
    """What the log of an account proves, with the whole story of each violation."""
    log = EventLog(account)
    between = timedelta(days=accounts.account(account.name)["mailing"]["ask_every_days"])
    found = auditing.audit(list(log.everything(auditing.KINDS)), since, between)
    return {
        "clean": not found.violations, "approved": found.approved, "sent": found.sent,
        "violations": [_with_chain(one, log) for one in found.violations],
        "told_late": [one.public() for one in found.told_late],
        "pending": [_waiting(row) for row in found.pending],
    }


def _with_chain(one: Finding, log: EventLog) -> dict[str, Any]:
    """The finding with everything that led to that mail, the first cause first."""
    chain = _path(tree(log.story(one.referral_id)), one.sent["event_id"])
    return one.public() | {"chain": [{name: node.row[name] for name in _OF_A_STEP} for node in chain]}


def _path(nodes: list[Node], event_id: str) -> list[Node]:
    for node in nodes:
        below = _path(node.effects, event_id)
        if below or node.row["event_id"] == event_id:
            return [node, *below]
    return []


def _waiting(row: Row) -> dict[str, Any]:
    return {"referral_id": row["data"]["referral_id"], "approved_at": row["occurred_at"], "event_id": row["event_id"]}


def _view(told: dict[str, Any]) -> Any:
    from rich.console import Group

    verdict = "Clean" if told["clean"] else f"{len(told['violations'])} violations"
    counted = f"{told['sent']} sent, {told['approved']} approved, {len(told['pending'])} of them pending"
    late = [say.text(f"left before it was heard: {_line(one)}") for one in told["told_late"]]
    pending = [say.text(_pending(one)) for one in told["pending"]]
    return Group(say.text(f"{verdict}: {counted}."), *map(_violation, told["violations"]), *late, *pending)


def _pending(one: dict[str, Any]) -> str:
    return f"pending: {one['referral_id']}, approved {say.moment(one['approved_at'])}"


def _violation(one: dict[str, Any]) -> Any:
    from rich.tree import Tree

    drawn = Tree(say.text(f"{one['code']}: {one['says']} {_line(one)}"))
    for step in one["chain"]:
        drawn.add(say.text(f"{step['detail_type']}  {step['producer']}  {say.moment(step['occurred_at'])}"))
    return drawn


def _line(one: dict[str, Any]) -> str:
    against = one["against"]
    said = f"; {against['detail_type']} at {say.moment(against['occurred_at'])}" if against else ""
    return f"{one['referral_id']} of {one['customer_id']}, sent {say.moment(one['occurred_at'])}{said}"
