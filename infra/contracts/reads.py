"""Which fields of an event a service reads, as far as its code tells.

A field counts as read where its name occurs: as an attribute, an argument or a text. That is too much rather than too
little, except where a service keeps a part of an event whole.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.accounts import ROOT
from infra.contracts.catalogue import data_fields
from infra.contracts.known import Contract


def reads(known: Contract) -> dict[str, set[str]]:
    """Service -> the fields of this event that it reads."""
    paths = [field.path for field in data_fields(known)]
    return {service: {path for path in paths if _last(path) in _words(service)} for service in known.hearers()}


def _last(path: str) -> str:
    return path.replace("[]", "").rpartition(".")[2]


@cache
def _words(service: str) -> frozenset[str]:
    """Every name that the code of a service mentions, what it writes with included."""
    files = [*(ROOT / "services" / service).glob("*.py"), *(ROOT / "shared" / "writing").rglob("*.py")]
    return frozenset(word for file in files for word in _mentioned(file))


def _mentioned(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
                yield name
