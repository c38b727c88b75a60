"""Rule patterns as EventBridge matches them, of the kinds that this system uses; any other is an error."""

from typing import Any

_ABSENT = object()


class NotUnderstood(Exception):
    """A pattern of a kind that the simulation does not know."""


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether an event has everything that the pattern names."""
    return all(_field(wanted, _part(event, name)) for name, wanted in pattern.items())


def _part(event: Any, name: str) -> Any:
    return event.get(name, _ABSENT) if isinstance(event, dict) else _ABSENT


def _field(wanted: Any, told: Any) -> bool:
    if isinstance(wanted, dict):
        return matches(wanted, told)
    values = told if isinstance(told, list) else [told]  # of an array, one element is enough
    return any(_one(choice, value) for choice in wanted for value in values)


def _one(choice: Any, value: Any) -> bool:
    if not isinstance(choice, dict):
        return type(choice) is type(value) and choice == value
    [(kind, said)] = choice.items()
    if kind == "prefix":
        return isinstance(value, str) and value.startswith(said)
    if kind == "exists":
        return (value is not _ABSENT) == said
    raise NotUnderstood(kind)
