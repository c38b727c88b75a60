"""What `make contracts` writes: a schema for each event, the AsyncAPI document, and the catalogue."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.accounts import ROOT
from infra.contracts import asyncapi, catalogue, schemas
from infra.contracts.known import contracts

FOLDER = ROOT / "docs" / "contracts"
CATALOGUE = ROOT / "docs" / "events.md"


def pages() -> Iterator[tuple[Path, str]]:
    """Every file with what is to stand in it."""
    for known in contracts():
        yield FOLDER / f"{known.key}.v{known.version}.json", _json(schemas.schema(known))
    yield FOLDER / "asyncapi.json", _json(asyncapi.document())
    yield CATALOGUE, catalogue.page({})


def _json(told: Any) -> str:
    return json.dumps(told, indent=1) + "\n"
