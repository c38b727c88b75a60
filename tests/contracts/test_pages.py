"""The contracts on paper are those of the code, whole, and readable by other people's tools."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.accounts import ROOT
from infra.contracts.known import UPSTREAM, Contract, contracts
from infra.contracts.pages import CATALOGUE, FOLDER, pages
from infra.contracts.schemas import schema
from shared.events import Metadata

PAGES = list(pages())
BY_KEY = {known.key: known for known in contracts()}


@pytest.mark.parametrize(("path", "text"), PAGES, ids=[path.name for path, _ in PAGES])
def test_what_is_committed_is_current(path: Path, text: str) -> None:
    assert path.exists() and path.read_text() == text, "write it anew: make contracts"


def test_no_file_is_left_of_an_event_that_is_gone() -> None:
    kept = [path for path in FOLDER.rglob("*.json") if "released" not in path.parts]
    assert sorted(kept) == sorted(path for path, _ in PAGES if path != CATALOGUE), "take it away: git rm"


@pytest.mark.parametrize("known", contracts(), ids=lambda known: known.key)
def test_a_schema_is_one_and_demands_what_the_event_needs(known: Contract) -> None:
    made = schema(known)
    Draft202012Validator.check_schema(made)
    needed = {name for name, field in known.event.model_fields.items() if field.is_required()}
    part = made if known.producer == UPSTREAM else made["$defs"][known.name]
    assert set(part.get("required", [])) == needed


@cache
def names(service: str) -> set[str]:
    """Everything that the code of a service names."""
    room = (ROOT / "services" / service).glob("*.py")
    return {node.id for file in room for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("known", [known for known in contracts() if known.producer != UPSTREAM], ids=lambda known: known.key)
def test_who_is_said_to_say_it_makes_it(known: Contract) -> None:
    assert known.name in names(known.producer)


def test_the_catalogue_says_what_the_metadata_are() -> None:
    told = CATALOGUE.read_text().partition("| field of metadata |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\w+) \|", told, re.MULTILINE) == list(Metadata.model_fields)


def test_who_hears_is_what_the_routing_tables_say() -> None:
    assert BY_KEY["features/FeaturesUpdated"].hearers() == ["prep"]
    assert [one.mailbox for one in BY_KEY["deployer/RolloutRolledBack"].heard()] == [
        "deployer-pointers", "orchestrator", "orchestrator-recall", "registry",
    ]
    assert BY_KEY["orchestrator/CustomerOptedOut"].heard() == []  # only that of upstream systems is listened for


def document() -> Any:
    return json.loads((FOLDER / "asyncapi.json").read_text())


def references(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    return set().union({part["$ref"]} if "$ref" in part else set(), *map(references, part.values()))


def test_everything_that_the_asyncapi_document_names_is_there() -> None:
    named = references(document())
    assert named
    assert [reference for reference in sorted(named) if not is_there(reference)] == []


def is_there(reference: str) -> bool:
    file, _, inside = reference.partition("#")
    if file and not (FOLDER / file).exists():
        return False
    found = json.loads((FOLDER / file).read_text()) if file else document()
    for name in inside.split("/")[1:]:
        found = found.get(name, {})
    return found != {}


def test_every_event_and_every_mailbox_is_in_the_asyncapi_document() -> None:
    told = document()
    assert {name.replace(".", "/", 1) for name in told["channels"]["bus"]["messages"]} == BY_KEY.keys()
    mailboxes = {one.mailbox for known in contracts() for one in known.heard()}
    producers = {known.producer for known in contracts()}
    assert told["operations"].keys() == {f"{name}-hears" for name in mailboxes} | {f"{name}-says" for name in producers}
