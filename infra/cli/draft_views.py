"""How drafts look to people."""

from typing import Any

from infra.cli import finding_views, say
from infra.cli.draft_advice import advice

_DONE = ("referral_id", "status", "reason", "subject", "content_hash", "message_id")
_ABOUT = (
    "referral_id", "status", "reason", "waits_until", "agent", "version", "arm", "share", "rollout_id", "edited", "content_hash",
    "recipient", "technician", "notes",
)


def lines(drafts: list[dict[str, Any]], more: str | None) -> Any:
    """Drafts in a list, and how to see those that follow."""
    from rich.console import Group

    known = [draft for draft in drafts if draft["version"] is not None]  # review is blind: none of a draft in review is
    columns = ("referral", "customer", "since", *(["version"] if known else []), "findings", "subject or reason")
    rows = (_row(draft, bool(known)) for draft in drafts)
    drawn = say.table(columns, rows, "No draft has this status.")
    return Group(drawn, *map(say.text, advice(drafts)), *([say.text(f"More: --after {more}")] if more else []))


def page(draft: dict[str, Any]) -> Any:
    """The mail, between everything that a reviewer needs to judge it and what was found in it."""
    from rich.console import Group

    facts = {name: draft[name] for name in _ABOUT if draft.get(name) not in (None, "", False)} | draft["facts"]
    mail = [finding_views.text(draft, "subject"), "", finding_views.text(draft, "body")]
    return Group(say.facts(facts), "", *mail, "", finding_views.table(draft), "")


def done(line: dict[str, Any]) -> Any:
    return say.facts({name: line[name] for name in _DONE if line.get(name)})


def _row(draft: dict[str, Any], versions: bool) -> tuple[Any, ...]:
    about = draft["subject"] or draft["reason"]
    if draft.get("waits_until"):
        about = f"waits until {say.moment(draft['waits_until'])}: {about}"
    which = [draft["version"]] if versions else []
    return draft["referral_id"], draft["customer_id"], draft["created_at"], *which, finding_views.count(draft), about
