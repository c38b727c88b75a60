"""Command `trace`: what became of one job, and because of what."""

from typing import Annotated, Any

import typer

from infra.cli import ids, say
from infra.cli.log import EventLog
from infra.cli.story import Node, tree

app = typer.Typer()


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
    return f"{row['detail_type']}  {row['producer']}  {say.moment(row['occurred_at'])}{later}{_why(row['data'])}"


def _why(data: dict[str, Any]) -> str:
    """What was decided, and the reasons for it."""
    reasons = [f"{reason['field']} {reason['code']}" for reason in data.get("reasons") or ()]
    said = [data.get("decision"), data.get("reason"), ", ".join(reasons)]
    return "".join(f"  {word}" for word in said if word)
