"""A contract changes, and whoever would break is named before anything is deployed."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from infra.contracts import compare, editions
from infra.contracts.compare import Edition
from infra.contracts.fits import misfits
from infra.contracts.known import Contract
from infra.contracts.schemas import schema
from shared.events import Event, UpstreamFact

HEARD, READ = "features/Told", {"prep": {"customer_id", "total"}, "registry": {"customer_id", "mood"}}


class Price(BaseModel):
    amount: Decimal
    currency: str


class Told(Event):
    """Something was told."""

    source: ClassVar[str] = "referral.features"

    customer_id: str
    total: Annotated[int, Field(ge=0, le=100)]
    mood: Literal["good", "bad"]
    price: Price
    prices: list[Price]
    by_name: dict[Literal["a", "b"], Decimal]
    note: Annotated[str, Field(max_length=10)] | None = None
    hint: str = ""


def edition(event: type[Event] | None, older: Any = (), readers: Any = READ, version: int = 1) -> Edition:
    schemas = {HEARD: {version: schema(Contract(event))}} if event else {}
    return Edition(schemas, {HEARD: readers}, {HEARD: set(older)})


def changed(without: str = "", **fields: Any) -> type[Event]:
    """The event with fields that are other ones, new ones, or gone."""
    kept = {name: (known.annotation, known) for name, known in Told.model_fields.items() if name not in (without, *fields)}
    made = create_model("Told", __base__=Event, **{**kept, **fields})
    made.source = Told.source
    return made


def found(after: type[Event] | None, **options: Any) -> list[str]:
    return [str(one).removeprefix(f"{HEARD} ") for one in compare.breaks(edition(Told), edition(after, **options))]


def test_what_stays_the_same_breaks_nobody() -> None:
    assert found(changed()) == []


@pytest.mark.parametrize("after", [
    changed(more=(str | None, None)),
    changed(more=(str, "always said")),
    changed(customer_id=(str, "nobody")),  # it is always said
    changed(without="note", note=(Annotated[str, Field(max_length=10)] | None, "another default")),
    changed(without="hint"),  # nobody reads it
], ids=["an optional field", "a field with a default", "a default", "another default", "a field that nobody reads is gone"])
def test_what_nobody_stumbles_over_is_allowed(after: type[Event]) -> None:
    assert found(after) == []


def test_a_field_that_is_needed_can_not_go_whoever_reads_it() -> None:
    assert found(changed(without="mood")) == ["mood is not said, to who is deployed: prep, registry"]


def test_a_field_that_is_renamed_is_guessed() -> None:
    assert found(changed(without="customer_id", customer=(str, ...))) == [
        "customer_id is not said: was it renamed to customer?, to who is deployed: prep, registry",
        "customer is not said: was it renamed to customer_id?, in what features said until now: prep, registry",
    ]


def test_an_optional_field_is_missed_by_who_reads_it_alone() -> None:
    before = edition(Told, readers={"prep": {"note"}, "registry": {"mood"}})
    [one] = compare.breaks(before, edition(changed(without="note")))
    assert (one.field, one.services) == ("note", ("prep",))


def test_a_new_field_can_not_be_needed_for_it_was_not_said_until_now() -> None:
    assert found(changed(more=(str, ...))) == ["more is not said, in what features said until now: prep, registry"]


@pytest.mark.parametrize(("after", "said"), [
    ({"mood": (Literal["good", "bad", "odd"], ...)}, "mood may be 'odd', where only 'good', 'bad' is understood, to who is deployed"),
    ({"mood": (Literal["good"], ...)}, "mood may be 'bad', where only 'good' is understood, in what features said until now"),
    ({"mood": (str, ...)}, "mood may be any string, where only 'good', 'bad' is understood, to who is deployed"),
    ({"total": (Annotated[int, Field(ge=0, le=200)], ...)}, "total may be over the maximum of 100, to who is deployed"),
    ({"total": (Annotated[int, Field(ge=1, le=100)], ...)}, "total may be under the minimum of 1, in what features said until now"),
    ({"total": (int | None, ...)}, "total may be null, where only integer is understood, to who is deployed"),
    ({"total": (Annotated[float, Field(ge=0, le=100)], ...)}, "total may be number, where only integer is understood, to who is deployed"),
    ({"customer_id": (Decimal, ...)}, "customer_id may have another format than decimal, in what features said until now"),
    ({"note": (Annotated[str, Field(max_length=5)] | None, None)}, "note may be over the maxLength of 5, in what features said until now"),
    ({"price": (create_model("Price", amount=(Decimal, ...)), ...)}, "price.currency is not said, to who is deployed"),
    ({"prices": (list[create_model("Price", amount=(Decimal, ...))], ...)}, "prices[].currency is not said, to who is deployed"),
    ({"by_name": (dict[Literal["a", "b", "c"], Decimal], ...)},
     "by_name.* may be 'c', where only 'a', 'b' is understood, to who is deployed"),
    ({"by_name": (dict[Literal["a", "b"], int], ...)}, "by_name.* may be integer, where only string is understood, to who is deployed"),
])
def test_a_field_says_more_or_understands_less(after: dict[str, Any], said: str) -> None:
    assert f"{said}: prep, registry" in found(changed(**after))


def test_a_field_that_may_once_have_been_left_out_can_not_be_needed() -> None:
    before = edition(changed(customer_id=(str, "nobody")))
    [one] = compare.breaks(before, edition(Told))
    assert (one.field, one.why) == ("customer_id", "may be absent, and is needed, in what features said until now")


def test_who_does_not_listen_does_not_break() -> None:
    assert compare.breaks(edition(Told, readers={}), edition(changed(without="mood"), readers={})) == []


def test_an_event_that_is_said_no_more_is_missed() -> None:
    assert found(None) == ["is said by nobody any more: prep, registry"]


def test_another_version_is_understood_where_it_can_be_made_of_the_old_one() -> None:
    later = edition(changed(without="mood"), older=[1], version=2)
    assert compare.breaks(edition(Told), later) == []
    assert compare.advice(edition(Told), later) == [
        f"{HEARD} becomes version 2: deploy prep, registry first; until then they leave it waiting",
    ]


def test_another_version_without_a_way_from_the_old_one_makes_the_log_unreadable() -> None:
    [one] = compare.breaks(edition(Told), edition(changed(without="mood"), version=3, older=[2]))
    assert one.why == "of version 1 is in the log, and cannot become version 3"


def test_a_version_that_is_released_can_not_be_taken_back() -> None:
    [one] = compare.breaks(edition(Told, version=2), edition(Told))
    assert one.why == "is version 2 already"


class Fact(UpstreamFact):
    """Something was told by somebody else."""

    mood: Literal["good", "bad"]


def test_upstream_may_say_more_once_everybody_understands_it() -> None:
    said = [{"upstream/Fact": {1: schema(Contract(fact))}} for fact in (Fact, create_model("Fact", __base__=UpstreamFact, mood=(str, ...)))]
    before, after = (Edition(one, {"upstream/Fact": {"prep": {"mood"}}}, {}) for one in said)
    assert compare.breaks(before, after) == []
    [advice] = compare.advice(before, after)
    assert advice.endswith("deploy prep before upstream says so")
    assert [one.services for one in compare.breaks(after, before)] == [("prep",)]


def test_an_object_that_allows_nothing_else_does_not_understand_a_new_field() -> None:
    strict = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
    assert [one.why for one in misfits({"type": "object", "properties": {"a": {}, "b": {}}}, strict)] == ["is not expected"]


def test_the_contracts_as_they_are_break_nobody_who_is_deployed() -> None:
    assert list(map(str, compare.breaks(editions.released(), editions.current()))) == []
