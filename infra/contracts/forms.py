"""The fields of a schema as rows of a table, each with its form in words."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from infra.contracts.schemas import Schema

_PLAIN = {"boolean": "true or false", "integer": "whole number", "number": "number", "null": "null"}
_FORMATS = {"date-time": "moment with time zone", "decimal": "number as text"}
_LIMITS = (("at least", "minimum"), ("more than", "exclusiveMinimum"), ("at most", "maximum"))
_LENGTHS = (("at least", "minLength"), ("at most", "maxLength"))


class Field(NamedTuple):
    """One field: its name with those of the parts around it, what it may be, and whether it is always there."""

    path: str
    form: str
    required: bool
    default: Any


def resolved(part: Schema, whole: Schema) -> Schema:
    """The part, or what it refers to."""
    name = part.get("$ref", "").removeprefix("#/$defs/")
    return {**whole["$defs"][name], **part} if name else part


def fields(part: Schema, whole: Schema, parents: str = "") -> Iterator[Field]:
    """Every field with those inside of it behind it; ``[]`` stands for each of a list."""
    for name, known in resolved(part, whole).get("properties", {}).items():
        path = f"{parents}{name}"
        required = name in resolved(part, whole).get("required", ())
        yield Field(path, form(known, whole), required, known.get("default"))
        for inside, suffix in _inside(known, whole):
            yield from fields(inside, whole, f"{path}{suffix}.")


def form(part: Schema, whole: Schema) -> str:
    """What may stand in a field, in words."""
    known = resolved(part, whole)
    if "anyOf" in known:
        return " or ".join(dict.fromkeys(form(one, whole) for one in known["anyOf"]))
    if "enum" in known or "const" in known:
        return " or ".join(f"`{value}`" for value in known.get("enum", [known.get("const")]))
    kind = known.get("type", "anything")
    if kind == "array":
        return _list(known, whole)
    if kind == "object":
        return _object(known, whole)
    return _text(known) if kind == "string" else f"{_PLAIN.get(kind, kind)}{_limits(known, _LIMITS)}"


def _text(known: Schema) -> str:
    if "pattern" in known:
        return known.get("description") or f"text like `{known['pattern']}`".replace("|", "\\|")
    return _FORMATS.get(known.get("format", ""), "text") + _limits(known, _LENGTHS, " characters")


def _limits(known: Schema, words: tuple[tuple[str, str], ...], unit: str = "") -> str:
    said = [f"{word} {known[name]:g}" for word, name in words if name in known]
    return f" ({', '.join(said)}{unit})" if said else ""


def _list(known: Schema, whole: Schema) -> str:
    if "prefixItems" in known:
        return f"list of {len(known['prefixItems'])}: {form(known['prefixItems'][0], whole)}"
    return f"list of {form(known.get('items', {}), whole)}"


def _object(known: Schema, whole: Schema) -> str:
    values = known.get("additionalProperties")
    if not isinstance(values, dict) or "properties" in known:
        return "object"
    names = known.get("propertyNames", {}).get("enum")
    by = f" by {' or '.join(f'`{name}`' for name in names)}" if names else " by name"
    return f"{form(values, whole)}{by}"


def _inside(part: Schema, whole: Schema) -> Iterator[tuple[Schema, str]]:
    """The objects in a field, with what is added to its name."""
    known = resolved(part, whole)
    for one in known.get("anyOf", [known]):
        one = resolved(one, whole)
        if "properties" in one:
            yield one, ""
        if isinstance(one.get("items"), dict):
            yield from ((inside, f"[]{suffix}") for inside, suffix in _inside(one["items"], whole))
        if isinstance(one.get("additionalProperties"), dict):
            yield from ((inside, f".*{suffix}") for inside, suffix in _inside(one["additionalProperties"], whole))
