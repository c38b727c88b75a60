"""Items as DynamoDB takes and gives them.

boto3 has a converter too: it brings in the rest of boto3 at every cold start, and takes five times as long for an item.
Measured in docs/decisions.md.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Attribute = dict[str, Any]


class NotStorable(TypeError):
    """A value has no exact form in DynamoDB; a float becomes a Decimal first."""


def to_wire(item: dict[str, Any]) -> dict[str, Attribute]:
    """An item's attributes in wire form; those that are None are left out."""
    return {
        name: (_WRITERS.get(type(value)) or _writer_of_kind(value))(value)  # once more, for a call costs as much
        for name, value in item.items() if value is not None
    }


def from_wire(raw: dict[str, Attribute]) -> dict[str, Any]:
    """An item from its wire form; every number is a Decimal."""
    return {name: value(stored) for name, stored in raw.items()}


def attribute(told: Any) -> Attribute:
    """One value in wire form; raises NotStorable for what DynamoDB does not know."""
    writer = _WRITERS.get(type(told)) or _writer_of_kind(told)
    return writer(told)


def _writer_of_kind(told: Any) -> Callable[[Any], Attribute]:
    for kind, writer in _WRITERS.items():
        if isinstance(told, kind):
            return writer
    raise NotStorable(f"{type(told).__name__} can't be stored")


def value(stored: Attribute) -> Any:
    ((kind, told),) = stored.items()
    return _READERS[kind](told)


_WRITERS: dict[type, Callable[[Any], Attribute]] = {
    str: lambda told: {"S": str(told)},
    bool: lambda told: {"BOOL": told},
    int: lambda told: {"N": str(told)},
    Decimal: lambda told: {"N": str(told)},
    bytes: lambda told: {"B": told},
    type(None): lambda told: {"NULL": True},
    dict: lambda told: {"M": {name: attribute(part) for name, part in told.items()}},
    list: lambda told: {"L": [attribute(part) for part in told]},
    tuple: lambda told: {"L": [attribute(part) for part in told]},
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "BOOL": bool,
    "N": Decimal,
    "B": bytes,
    "NULL": lambda told: None,
    "M": lambda told: {name: value(part) for name, part in told.items()},
    "L": lambda told: [value(part) for part in told],
}
