"""Dead letters for people and for machines."""

from dataclasses import asdict
from typing import Any

from infra.cli import say
from infra.cli.letters import Letter
from infra.cli.reasons import Reason

_COLUMNS = ("letter", "queue", "event", "story", "error", "place", "tries", "since")


def told(letter: Letter, reason: Reason) -> dict[str, Any]:
    """What is known of a letter, without its body."""
    return {
        "id": letter.id, "service": letter.service, "queue": letter.name, **letter.known, "sent_at": letter.sent_at.isoformat(),
        "reason": asdict(reason),
    }


def many(said: dict[str, Any]) -> Any:
    return say.table(_COLUMNS, [_line(letter) for letter in said["letters"]], empty="No dead letters.")


def one(said: dict[str, Any]) -> Any:
    """The reason first, then what led to it, then what it says."""
    from rich.console import Group

    known = {name: said[name] for name in ("id", "queue", "detail_type", "event_id", "correlation_id", "sent_at") if said[name]}
    chain = " > ".join([*(f"{row['detail_type']} ({row['producer']})" for row in said["because_of"]), said["detail_type"] or "no event"])
    story = said["correlation_id"] and f"referral trace {said['correlation_id']}"
    why = {name: value for name, value in said["reason"].items() if value}
    body = said["body"] if isinstance(said["body"], str) else say.as_text(said["body"])
    return Group(say.facts(known | why | {"because of": chain} | ({"story": story} if story else {})), "", say.text(body))


def _line(letter: dict[str, Any]) -> tuple[Any, ...]:
    reason = letter["reason"]
    return (
        letter["id"], letter["queue"], letter["detail_type"], letter["correlation_id"], reason["error"], reason["place"],
        reason["attempts"], say.moment(letter["sent_at"]),
    )
