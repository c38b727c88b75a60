"""A replay goes to the rules that it names; MiniStack's goes to every rule of the bus."""

from typing import Any

from ministack.services import eventbridge

_dispatch = eventbridge._dispatch_event


def choose_rules() -> None:
    eventbridge._dispatch_event = dispatch


def dispatch(event: dict[str, Any], view: Any = None) -> None:
    """To every rule that matches; of a replay with a filter, only to those of them that it names."""
    chosen = _filter(event.get("ReplayName", ""))
    if not chosen:
        return _dispatch(event, view)
    view = view or eventbridge._pattern_event_view(event)
    for key, rule in eventbridge._rules.items():
        if rule["Arn"] in chosen and eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            for target in eventbridge._targets.get(key, []):
                eventbridge._invoke_target(target, event, rule, view)
    return None


def _filter(replay: str) -> list[str]:
    known = eventbridge._replays.get(replay) if replay else None
    return (known or {}).get("Destination", {}).get("FilterArns") or []
