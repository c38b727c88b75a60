"""What an event said that its contract does not know, so that somebody can be told of it."""

from typing import Any

_DEEP = (dict, list)  # what JSON has names or parts in


def unknown(known: Any, told: Any) -> int:
    """How many fields were told that a model does not have, however deep; to ask whether it is a model would cost more."""
    if isinstance(told, list):
        return sum(map(unknown, known, told)) if isinstance(known, (list, tuple)) else 0
    if not isinstance(told, dict):
        return 0
    fields = known if isinstance(known, dict) else getattr(known, "__dict__", {})
    strange = 0
    for name, part in told.items():
        if name not in fields:
            strange += fields is not known
        elif type(part) in _DEEP:
            strange += unknown(fields[name], part)
    return strange
