"""What leaves the account tells of nobody, and is still the same events."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.cli.placeholders import CODES, KEPT, Placeholders
from infra.platform.redaction import redacted
from services.features import table
from services.features.reactions import routes
from shared.events import Event, UpstreamFact, deployer, evaluation, features, orchestrator, prep, registry
from shared.events.upstream import FACTS, ServiceCompleted
from tests.harness.facts import job
from tests.harness.room import Room, record
from tests.unit.platform.test_redaction import SAID

HIDE = Placeholders(b"a key")
NEVER_KEPT = {"email", "name", "given_name", "property", "property_features"}  # they have placeholders of their own form
CONTRACTS: list[type[Event]] = [
    *FACTS.values(),
    *(
        known for module in (deployer, evaluation, features, orchestrator, prep, registry) for known in vars(module).values()
        if isinstance(known, type) and issubclass(known, Event) and known.__module__ == module.__name__
        and not issubclass(known, UpstreamFact)
    ),
]


def envelope(said: Any) -> dict[str, Any]:
    return json.loads(record(said)["body"])


def formed(schema: dict[str, Any], part: Any, name: str = "") -> Iterator[str]:
    """The fields of a contract that are not just any text, as far down as they are not kept whole."""
    if name in KEPT or name in NEVER_KEPT or not part or not isinstance(part, dict):
        return
    if {"enum", "const", "format", "pattern"} & set(part) and part.get("type", "string") == "string":
        yield name
    below = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else {}
    for inner in [below, part.get("items"), part.get("additionalProperties"), *part.get("anyOf", ()), *part.get("allOf", ())]:
        yield from formed(schema, inner, name)
    for inside, told in part.get("properties", {}).items():
        yield from formed(schema, told, inside)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: f"{contract.__module__}.{contract.__name__}")
def test_no_placeholder_stands_where_a_contract_wants_a_form(contract: type[Event]) -> None:
    schema = contract.model_json_schema()
    found = {name for part in schema["properties"] for name in formed(schema, schema["properties"][part], part)}
    ours = not issubclass(contract, UpstreamFact)
    assert found - (CODES.get(contract.detail_type(), set()) if ours else set()) == set()


@pytest.mark.parametrize("what", SAID)
def test_nothing_says_who_it_was(what: str) -> None:
    before = envelope(SAID[what])
    assert "anar" in json.dumps(before)
    assert "anar" not in json.dumps(HIDE.instead(before))


def test_a_field_that_nobody_thought_of_becomes_a_placeholder() -> None:
    said = envelope(SAID["features"])
    said["detail"]["data"]["remark"] = ["canary", {"more": "canary"}]
    assert "canary" not in json.dumps(HIDE.instead(said))


def test_what_broke_its_contract_is_nothing_but_ids() -> None:
    broken = envelope(SAID["a job that breaks its contract"])
    assert HIDE.instead(broken) == redacted(broken)


def test_the_same_address_is_the_same_placeholder_under_another_name_and_another_one_is_another() -> None:
    first, again, other = _addresses("dana@example.com", "Dana@Example.com", "robin@example.com")
    assert first == again != other


def _addresses(*emails: str) -> list[str]:
    said = [job(f"s-{number}", customer__customer_id=f"c-{number}", customer__email=email) for number, email in enumerate(emails)]
    return [HIDE.instead(envelope(one))["detail"]["customer"]["email"] for one in said]


def test_another_key_gives_other_placeholders() -> None:
    said = envelope(job("s-1"))
    assert HIDE.instead(said) == Placeholders(b"a key").instead(said)
    assert HIDE.instead(said) != Placeholders(b"another").instead(said)


def test_a_job_stays_the_same_fact_and_teaches_the_same() -> None:
    jobs = [job("s-1", property={"type": "barn", "rooms": 3, "story": "long " * 30}), job("s-2", satisfaction=2)]
    hidden = [ServiceCompleted.model_validate(HIDE.instead(envelope(one))["detail"]) for one in jobs]
    assert [one.metadata() for one in hidden] == [one.metadata() for one in jobs]
    straight, behind = (
        table.find(Room(routes).given(*said).store, "c-1").features().model_dump() for said in (jobs, hidden)
    )
    assert set(behind.pop("property_features")) == set(straight.pop("property_features"))
    assert behind == straight
