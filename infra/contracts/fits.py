"""Whether what is said by one schema is understood by another; pure."""

from collections.abc import Iterator
from math import inf
from typing import Any, NamedTuple

from infra.contracts.forms import resolved
from infra.contracts.schemas import Schema

_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


class Misfit(NamedTuple):
    """A field that is not understood; ``silent`` where nobody fails, and who reads it reads nothing."""

    field: str
    why: str
    silent: bool = False


class Side(NamedTuple):
    """A part of a schema with the whole that its references are looked up in.

    ``all_said`` where its speaker leaves no field out: what is optional then has a default.
    """

    part: Schema
    whole: Schema
    all_said: bool = False

    def at(self, part: Any) -> "Side":
        return self._replace(part=resolved(part if isinstance(part, dict) else {}, self.whole))

    def forms(self) -> list["Side"]:
        """Everything that may stand here, each form by itself."""
        here = self.at(self.part)
        return [form for one in here.part["anyOf"] for form in self.at(one).forms()] if "anyOf" in here.part else [here]

    @property
    def kind(self) -> str:
        return self.part.get("type", "anything")

    @property
    def values(self) -> list[Any] | None:
        """The only values there are, where they are listed."""
        return [self.part["const"]] if "const" in self.part else self.part.get("enum")


def misfits(said: Schema, understood: Schema, all_said: bool = False) -> list[Misfit]:
    """What somebody may say who keeps the first schema, and somebody with the second does not understand."""
    found = _compared(Side(said, said, all_said), Side(understood, understood), "")
    return [one._replace(field=one.field.removeprefix("data.")) for one in dict.fromkeys(found)]


def _compared(said: Side, understood: Side, path: str) -> Iterator[Misfit]:
    for form in said.forms():
        tried = [(other.kind != form.kind, list(_form(form, other, path))) for other in understood.forms()]
        yield from min(tried, key=lambda one: (bool(one[1]), one[0], len(one[1])))[1]


def _form(said: Side, understood: Side, path: str) -> Iterator[Misfit]:
    if understood.values is not None:
        yield from _values(said, understood.values, path)
    elif understood.kind == "anything":
        return
    elif understood.kind != said.kind and (said.kind, understood.kind) != ("integer", "number"):
        yield Misfit(path, f"may be {said.kind}, where only {understood.kind} is understood")
    else:
        yield from _limits(said.part, understood.part, path)
        yield from _written(said.part, understood.part, path)
        yield from _object(said, understood, path) if said.kind == "object" else _items(said, understood, path)


def _values(said: Side, known: list[Any], path: str) -> Iterator[Misfit]:
    understood = ", ".join(map(repr, known))
    if said.values is None:
        yield Misfit(path, f"may be any {said.kind}, where only {understood} is understood")
    else:
        yield from (Misfit(path, f"may be {value!r}, where only {understood} is understood") for value in said.values if value not in known)


def _limits(said: Schema, understood: Schema, path: str) -> Iterator[Misfit]:
    for name in _AT_LEAST:
        if name in understood and said.get(name, -inf) < understood[name]:
            yield Misfit(path, f"may be under the {name} of {understood[name]}")
    for name in _AT_MOST:
        if name in understood and said.get(name, inf) > understood[name]:
            yield Misfit(path, f"may be over the {name} of {understood[name]}")


def _written(said: Schema, understood: Schema, path: str) -> Iterator[Misfit]:
    """Text in a form of its own is also text."""
    if said.get("enum"):
        return
    for name in ("pattern", "format"):
        if name in understood and said.get(name) != understood[name]:
            yield Misfit(path, f"may have another {name} than {understood[name]}")


def _items(said: Side, understood: Side, path: str) -> Iterator[Misfit]:
    for mine, other in zip(said.part.get("prefixItems", ()), understood.part.get("prefixItems", ()), strict=False):
        yield from _compared(said.at(mine), understood.at(other), f"{path}[]")
    if "items" in understood.part:
        yield from _compared(said.at(said.part.get("items")), understood.at(understood.part["items"]), f"{path}[]")


def _object(said: Side, understood: Side, path: str) -> Iterator[Misfit]:
    mine, wanted = said.part.get("properties", {}), understood.part.get("properties", {})
    at = f"{path}." if path else ""
    for name, form in wanted.items():
        needed = name in understood.part.get("required", ())
        if name not in mine:
            yield Misfit(f"{at}{name}", _gone(form, mine, wanted), silent=not needed)
        else:
            if needed and not said.all_said and name not in said.part.get("required", ()):
                yield Misfit(f"{at}{name}", "may be absent, and is needed")
            yield from _compared(said.at(mine[name]), understood.at(form), f"{at}{name}")
    if understood.part.get("additionalProperties") is False:
        yield from (Misfit(f"{at}{name}", "is not expected") for name in mine if name not in wanted)
    yield from _by_name(said, understood, path)


def _gone(form: Schema, mine: Schema, wanted: Schema) -> str:
    alike = [name for name, other in mine.items() if name not in wanted and other == form]
    return f"is not said: was it renamed to {alike[0]}?" if len(alike) == 1 else "is not said"


def _by_name(said: Side, understood: Side, path: str) -> Iterator[Misfit]:
    """Objects whose names are data."""
    if isinstance(understood.part.get("additionalProperties"), dict) and "properties" not in said.part:
        mine, other = said.part.get("additionalProperties"), understood.part["additionalProperties"]
        yield from _compared(said.at(mine), understood.at(other), f"{path}.*")
    if "propertyNames" in understood.part:
        mine, other = said.part.get("propertyNames", {"type": "string"}), understood.part["propertyNames"]
        yield from _compared(said.at({"type": "string"} | mine), understood.at({"type": "string"} | other), f"{path}.*")
