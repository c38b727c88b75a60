"""Command `trace`: what became of one job, and because of what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import typer

from infra.cli import ids, say
from infra.cli.log import EventLog, Row

app = typer.Typer()
_UPSTREAM = "upstream."
_DRAFTED = "ReferralDrafted"
_TOLD = ("detail_type", "producer", "event_id", "causation_id", "occurred_at", "data")


@dataclass
class Node:
    """An event, and what happened because of it."""

    row: Row
    seconds: float | None
    effects: list["Node"] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        told = {name: self.row[name] for name in _TOLD}
        return told | {"seconds_since_cause": self.seconds, "effects": [effect.public() for effect in self.effects]}


@app.command()
def trace(
    ctx: typer.Context,
    service_id: Annotated[str, typer.Argument(metavar="SERVICE_ID", help="The job's service id, or its referral.")],
    as_json: say.Json = False,
) -> None:
    """What became of one job, each event below its cause.

    Over all services, with the seconds between an event and what caused it.

    Example: referral trace job-0049
    """
    referral = ids.referral(service_id)
    roots = tree(EventLog(ctx.obj).story(referral))
    if not roots:
        advice = "was it imported, and has the event log caught up?"
        raise say.Problem(f"Nothing is known of job {service_id!r} ({referral}): {advice}")
    said = {"service_id": service_id, "referral_id": referral, "events": [root.public() for root in roots]}
    say.answer(said, as_json, lambda _: _drawn(said, roots))


def tree(story: list[Row]) -> list[Node]:
    """The events below their causes, in time; what a person did with a draft is below that draft.

    What something outside this story caused begins a tree of its own.
    """
    rows = {row["event_id"]: row for row in story}
    drafts = {row["data"]["draft_id"]: row["event_id"] for row in story if row["detail_type"] == _DRAFTED}
    roots, nodes = [], {}
    for event_id, row in rows.items():
        cause = row["causation_id"] if row["causation_id"] in rows else drafts.get(row["data"].get("draft_id"))
        above = nodes.get(cause)
        nodes[event_id] = Node(row, _since(row, above.row if above else None))
        (above.effects if above else roots).append(nodes[event_id])
    return roots


def _since(row: Row, cause: Row | None) -> float | None:
    """Seconds from the cause; what upstream says happened long before, so there it is from when it was recorded."""
    if not cause:
        return None
    clock = "recorded_at" if cause["source"].startswith(_UPSTREAM) else "occurred_at"
    later, earlier = (datetime.fromisoformat(one[clock]) for one in (row, cause))
    return round((later - earlier).total_seconds(), 3)


def _drawn(said: dict[str, Any], roots: list[Node]) -> Any:
    from rich.tree import Tree

    drawn = Tree(say.text(f"{said['referral_id']} of job {said['service_id']}"))
    for root in roots:
        _draw(root, drawn)
    return drawn


def _draw(node: Node, above: Any) -> None:
    branch = above.add(say.text(_label(node)))
    for effect in node.effects:
        _draw(effect, branch)


def _label(node: Node) -> str:
    row = node.row
    later = f"  +{node.seconds:g} s" if node.seconds is not None else ""
    return f"{row['detail_type']}  {row['producer']}  {say.moment(row['occurred_at'])}{later}"
