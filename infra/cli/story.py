"""A story as a tree: every event below the one that caused it; pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.cli.log import Row

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
    """Seconds from the cause; what upstream says happened long before, so there it is from when it was recorded.

    None where that tells nothing, because upstream said it again and it was recorded after its effect.
    """
    if not cause:
        return None
    clock = "recorded_at" if cause["source"].startswith(_UPSTREAM) else "occurred_at"
    later, earlier = (datetime.fromisoformat(one[clock]) for one in (row, cause))
    seconds = round((later - earlier).total_seconds(), 3)
    return seconds if clock == "occurred_at" or seconds >= 0 else None


def causes(story: list[Row], causation_id: str | None) -> list[Row]:
    """What led to something in a story, the first cause first."""
    rows, chain = {row["event_id"]: row for row in story}, []
    while causation_id in rows and rows[causation_id] not in chain:
        chain.append(rows[causation_id])
        causation_id = rows[causation_id]["causation_id"]
    return chain[::-1]
