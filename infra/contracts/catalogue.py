"""The page docs/events.md: what travels, for people."""

import json
from collections.abc import Iterator, Set
from typing import Any

from infra.cli.placeholders import CODES, KEPT, PROPERTIES
from infra.contracts import forms
from infra.contracts.known import UPSTREAM, Contract, contracts
from infra.contracts.schemas import schema

Examples = dict[str, dict[str, Any]]  # by a contract's key, an event in its envelope
_HEAD = """\
# Events

Generated from `shared/events` and the routing tables by `make contracts`; do not edit it. Every event, who says it and
who listens. The same for machines: a [JSON Schema](contracts) for each event and version, and all of it as
[AsyncAPI](contracts/asyncapi.json).

Upstream systems put plain facts as `detail`, with the source `upstream.<system>` ([how](integrate.md)). Our services wrap
theirs as `{"metadata": {...}, "data": {...}}`, with the source `referral.<service>`; the fields below are those of `data`.
Unknown fields are tolerated and counted. The event log hears everything and is not named below. *Personal* are fields about
people, and free text: an export puts placeholders there. The examples are from
[the export of an example run](../examples/log/events.ndjson).
"""
_METADATA = """\
| field of metadata | says |
|---|---|
| event_id | minted with the change of state, the same in every delivery and replay |
| occurred_at | when the state changed |
| correlation_id | the story: a referral, a rollout, an evaluation, an agent |
| causation_id | the event because of which this was said; absent or null for a person's command |
| version | of the contract; raised only where an old reader would misunderstand |
| producer | who said it |
| hops | how many events of ours led to it, one because of another |
"""


def page(examples: Examples) -> str:
    parts = [_HEAD, _METADATA, _table(), *(_section(known, examples.get(known.key)) for known in contracts())]
    return "\n".join(parts)


def personal(known: Contract) -> list[str]:
    """The fields about people and the free text of an event: what an export puts placeholders into."""
    kept = KEPT if known.producer == UPSTREAM else KEPT | CODES.get(known.name, set())
    return [field.path for field in data_fields(known) if _hidden(field, kept)]


def data_fields(known: Contract) -> list[forms.Field]:
    """The fields of the event itself, without its metadata."""
    whole = schema(known)
    part = whole if known.producer == UPSTREAM else whole["properties"]["data"]
    return list(forms.fields(part, whole))


def _hidden(field: forms.Field, kept: Set[str]) -> bool:
    names = field.path.replace("[]", "").split(".")
    return names[-1] in PROPERTIES or (not kept & set(names) and "text" in field.form)


def _table() -> str:
    rows = [f"| {_link(known)} | {known.producer} | {_or(known.hearers())} | {_or(personal(known), 'no')} |" for known in contracts()]
    return "\n".join(("| event | said by | heard by | personal |", "|---|---|---|---|", *rows, ""))


def _section(known: Contract, example: dict[str, Any] | None) -> str:
    return "\n".join(_lines(known, example))


def _lines(known: Contract, example: dict[str, Any] | None) -> Iterator[str]:
    yield f"## {_heading(known)}\n"
    yield f"{known.says}\n"
    yield f"Version {known.version} ([schema](contracts/{known.key}.v{known.version}.json)), said by {known.producer}.\n"
    yield from (f"- heard by **{one.service}**, mailbox `{one.mailbox}`{_how(one.effect)}{_where(one.where)}" for one in known.heard())
    yield "\n| field | form | always there |\n|---|---|---|"
    yield from (f"| {field.path} | {field.form} | {_always(field)} |" for field in data_fields(known))
    yield ""
    if example:
        yield f"```json\n{json.dumps(example, indent=1)}\n```\n"


def _how(effect: bool) -> str:
    return ", an effect: never in a replay" if effect else ""


def _where(pattern: dict[str, Any]) -> str:
    return f", where `{json.dumps(pattern)}`" if pattern else ""


def _always(field: forms.Field) -> str:
    if field.required:
        return "yes"
    return f"otherwise `{json.dumps(field.default)}`" if field.default not in (None, {}, []) else "no"


def _heading(known: Contract) -> str:
    """Two services may say a thing of the same name."""
    again = [other for other in contracts() if other.name == known.name]
    return f"{known.name} of {known.producer}" if len(again) > 1 else known.name


def _link(known: Contract) -> str:
    return f"[{_heading(known)}](#{_heading(known).lower().replace(' ', '-')})"


def _or(names: list[str], nobody: str = "nobody") -> str:
    return ", ".join(names) or nobody
