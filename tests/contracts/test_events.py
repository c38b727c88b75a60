"""What holds for every event that may travel on the bus."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.contracts.known import contracts
from shared.events import Event, UpstreamFact
from shared.events.upstream import ServiceCompleted
from tests.harness.facts import features, job_detail
from tests.harness.room import said

PERSONAL = {"email", "name", "notes", "comment", "technician", "subject", "body", "address", "phone", "street"}


EVENTS = [known.event for known in contracts()]


def each(kind: list[type[Event]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("contract", kind, ids=lambda contract: contract.__name__)


ours = each([contract for contract in EVENTS if not issubclass(contract, UpstreamFact)])
facts = each([contract for contract in EVENTS if issubclass(contract, UpstreamFact)])


def fields(schema: Any) -> Iterator[str]:
    """The name of every field, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from fields(part)


def test_no_two_events_have_the_same_name() -> None:
    names = [(contract.source, contract.detail_type()) for contract in EVENTS]  # of one source
    assert sorted(names) == sorted(set(names))


@ours
def test_our_own_events_have_no_field_for_a_person(contract: type[Event]) -> None:
    assert PERSONAL & set(fields(contract.model_json_schema())) == set()


@ours
def test_our_own_events_speak_for_one_service(contract: type[Event]) -> None:
    assert contract.source == f"referral.{contract.__module__.rpartition('.')[2]}"
    assert contract.source_pattern() == [contract.source]


@facts
def test_an_upstream_fact_says_what_makes_it_the_same(contract: type[UpstreamFact]) -> None:
    assert contract.business_key is not UpstreamFact.business_key
    assert contract.happened_at is not UpstreamFact.happened_at
    assert contract.came_from("upstream.crm")
    assert not contract.came_from("referral.features")


@each(EVENTS)
def test_an_event_says_in_a_sentence_what_happened(contract: type[Event]) -> None:
    assert (contract.__doc__ or "").strip().partition("\n")[0].endswith(".")


def test_what_is_wrapped_is_unwrapped_the_same() -> None:
    event, metadata = features(), said(features())
    detail = json.loads(event.wrap(metadata))
    assert type(event).unwrap(detail) == (event, metadata)


def test_an_event_of_tomorrow_with_more_fields_is_understood_today() -> None:
    event, metadata = features(), said(features())
    detail = {"metadata": metadata.model_dump() | {"colour": "red"}, "data": event.model_dump() | {"colour": "red"}}
    assert type(event).unwrap(detail) == (event, metadata)


def test_the_same_fact_has_the_same_id_however_it_is_written() -> None:
    elsewhere = dict(reversed(job_detail("s-1", completed_at="2026-11-20T15:30:00Z").items()))
    written = [job_detail("s-1"), elsewhere, job_detail("s-2")]
    ids = [ServiceCompleted.unwrap(detail)[1].event_id for detail in written]
    assert ids[0] == ids[1] != ids[2]
