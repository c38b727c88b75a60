"""What `make contracts` writes: a schema for each event, the AsyncAPI document, and the catalogue."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.accounts import ROOT
from infra.contracts import asyncapi, catalogue, schemas
from infra.contracts.known import UPSTREAM, Contract, contracts

FOLDER = ROOT / "docs" / "contracts"
CATALOGUE = ROOT / "docs" / "events.md"
EXAMPLES = ROOT / "examples" / "log" / "events.ndjson"  # what an export of an example run gave
FACTS = ROOT / "examples" / "events" / "facts.json"


def pages() -> Iterator[tuple[Path, str]]:
    """Every file with what is to stand in it."""
    for known in contracts():
        yield FOLDER / f"{known.key}.v{known.version}.json", _json(schemas.schema(known))
    yield FOLDER / "asyncapi.json", _json(asyncapi.document())
    yield CATALOGUE, catalogue.page(examples())


def examples() -> catalogue.Examples:
    """The first event of each kind in the example log; of upstream facts those that integrators send, without placeholders."""
    told = [json.loads(line) for line in EXAMPLES.read_text().splitlines()]
    facts = {kind: {"source": "upstream.crm", "detail-type": kind, "detail": fact} for kind, fact in json.loads(FACTS.read_text()).items()}
    ours = {contract.key: envelope for envelope in reversed(told) if (contract := spoken(envelope))}
    return ours | {f"{UPSTREAM}/{kind}": envelope for kind, envelope in facts.items()}


def spoken(envelope: dict[str, Any]) -> Contract | None:
    """The contract of an event; None where nobody says such a thing."""
    named = (known for known in contracts() if known.name == envelope["detail-type"])
    return next((known for known in named if known.event.came_from(envelope["source"])), None)


def _json(told: Any) -> str:
    return json.dumps(told, indent=1) + "\n"
