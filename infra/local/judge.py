"""Judges two drafts as a careful reviewer would, from what the prompt really says; pure, and the same for the same prompt.

Each draft is judged by itself, so that neither its place nor the other one matters.
"""

from collections.abc import Callable
from typing import Any

from infra.local import prompt, rules, safety
from infra.local.given import Draft, Given

TOOL = "judge_drafts"
_PLACES = {"first": "draft_1", "second": "draft_2"}
_GRAVEST_FIRST: tuple[tuple[str, Callable[[Draft, Given], bool]], ...] = (
    ("unsafe", safety.leads_away),
    ("unsafe", safety.shows_address),
    ("unsafe", safety.betrays),
    ("unsafe", safety.gives_orders),
    ("wrong_facts", rules.invents),
    ("not_personal", rules.impersonal),
    ("too_long", rules.too_long),
    ("wrong_tone", rules.presses),
    ("wrong_tone", rules.cold),
    ("other", rules.asks_nothing),
)


def verdicts(user: str) -> dict[str, Any]:
    """The verdict on each draft, as the tool's input."""
    given = Given(prompt.fields(user, "facts"), prompt.fields(user, "company"), prompt.data(user, "customer_notes"))
    return {place: verdict(_draft(user, tag), given) for place, tag in _PLACES.items()}


def verdict(draft: Draft, given: Given) -> dict[str, Any]:
    """Approved, or rejected for the gravest reason."""
    reason = next((code for code, broken in _GRAVEST_FIRST if broken(draft, given)), None)
    return {"approved": reason is None, "reason": reason}


def _draft(user: str, tag: str) -> Draft:
    said = prompt.fields(user, tag)
    return Draft(str(said.get("subject") or ""), str(said.get("body") or ""))
