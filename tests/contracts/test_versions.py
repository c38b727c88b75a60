"""Services of different ages understand each other, and what was said long ago is still understood."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ValidationError

from infra.cli.folding import Folding
from infra.cli.listeners import Listener, listeners
from infra.contracts.known import UPSTREAM, Contract, contracts
from infra.contracts.pages import spoken
from services.evaluation import history
from services.evaluation import reactions as evaluation
from services.orchestrator import agents
from services.orchestrator import reactions as orchestrator
from services.registry import reactions as registry
from shared.app import Routes
from shared.events import Event, TooNew, Upcast
from shared.events.deployer import DeploymentRequested
from shared.events.registry import AgentConfig, AgentRegistered, config_hash
from shared.unit import Unit
from tests.contracts.test_log import LOG
from tests.harness.memory import MemoryStore
from tests.harness.room import Room, record, said
from tests.unit.orchestrator.story import CONFIG, registered
from tests.unit.shared.test_app import logged


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_names: Iterator[int] = count(1)


class Charged(Event):
    """The second version of an event, in which a price is no longer a text like ``12.50 EUR``."""

    source: ClassVar[str] = "referral.till"
    contract_version: ClassVar[int] = 2
    older: ClassVar[dict[int, Upcast]] = {1: lambda data: _split(data)}

    customer_id: str
    amount: Decimal
    currency: str


def _split(data: dict[str, Any]) -> dict[str, Any]:
    amount, currency = data["price"].split()
    return {"customer_id": data["customer_id"], "amount": amount, "currency": currency}


class ChargedBefore(Event):
    """What a service knows of it that is not deployed anew yet."""

    source: ClassVar[str] = "referral.till"

    customer_id: str
    price: str

    @classmethod
    def detail_type(cls) -> str:
        return "Charged"


OLD, NEW = ChargedBefore(customer_id="c-1", price="12.50 EUR"), Charged(customer_id="c-1", amount=Decimal("12.50"), currency="EUR")


class Books(Room):
    """A service of which one version adds up what was charged."""

    def __init__(self, contract: type[Event]) -> None:
        self.heard: list[Event] = []
        routes = Routes(f"books-{next(_names)}")  # a log of its own
        routes.fold(contract)(self.add)
        super().__init__(routes)

    def add(self, told: Event, unit: Unit) -> None:
        self.heard.append(told)


def test_an_event_of_an_old_version_is_heard_as_if_it_were_said_today() -> None:
    books = Books(Charged)
    assert books.when(OLD, NEW) == []
    assert books.heard == [NEW, NEW]


def test_what_is_said_carries_its_version() -> None:
    [row] = [json.loads(record(event)["body"])["detail"]["metadata"]["version"] for event in (NEW,)]
    assert (row, said(OLD).version) == (2, 1)


def test_an_event_of_a_later_version_waits_until_its_reader_is_deployed_anew(capsys: pytest.CaptureFixture[str]) -> None:
    message = record(NEW)
    before, after = Books(ChargedBefore), Books(Charged)
    assert before.deliver([message, record(OLD)]) == [message["messageId"]]  # and what it understands goes on
    assert before.heard == [OLD]
    assert "TooNew" in capsys.readouterr().out
    after.deliver([message])
    assert after.heard == [NEW]


def test_an_old_event_that_is_broken_is_told_from_one_that_is_old() -> None:
    detail = json.loads(record(OLD)["body"])["detail"]
    with pytest.raises(ValidationError, match="amount"):
        Charged.unwrap(detail | {"data": {"customer_id": "c-1", "price": "much EUR"}})
    with pytest.raises(TooNew):
        Charged.unwrap(detail | {"metadata": detail["metadata"] | {"version": 3}})


@pytest.mark.parametrize("known", contracts(), ids=lambda known: known.key)
def test_every_old_version_has_a_way_into_today(known: Contract) -> None:
    assert sorted(known.event.older) == list(range(1, known.version))
    assert known.producer != UPSTREAM or known.version == 1  # a plain fact says no version: it gets another name


# Fields of tomorrow

MORE = {"of_tomorrow": {"share": 0.5}}


def tomorrow(event: Event) -> dict[str, Any]:
    """The record of an event to which a later version of its producer has added fields, at every depth."""
    message = record(event)
    body = json.loads(message["body"])
    detail = {"metadata": body["detail"]["metadata"] | MORE, "data": _with_more(event, body["detail"]["data"])}
    return message | {"body": json.dumps(body | {"detail": detail})}


def _with_more(known: Any, told: Any) -> Any:
    if isinstance(told, list):
        return [_with_more(*one) for one in zip(known, told, strict=True)]
    if not isinstance(told, dict):
        return told
    fields = dict(known) if isinstance(known, BaseModel) else {str(name): part for name, part in known.items()}
    inside = {name: _with_more(fields[name], part) for name, part in told.items()}
    return inside | MORE if isinstance(known, BaseModel) else inside


def test_fields_that_nobody_knows_are_counted_at_every_depth(capsys: pytest.CaptureFixture[str]) -> None:
    """One more in the metadata, the event, its config, and both parts of that; tags are names of people's choice."""
    room = Room(orchestrator.follow)
    assert room.deliver([tomorrow(registered())]) == []
    assert logged(capsys)[-1]["UnknownFields"] == [5.0]


def test_what_a_later_registry_says_of_a_config_is_there_when_the_others_are_deployed_anew() -> None:
    for routes, key in ((orchestrator.follow, agents.version_key), (evaluation.follow, history.version_key)):
        room = Room(routes)
        room.deliver([tomorrow(registered())])
        kept = AgentConfig.model_validate(room.store.items[key("referral-writer", 1)]["config"])
        assert kept.model_dump()["inference"]["of_tomorrow"] == {"share": "0.5"}
        assert (kept.model_id, kept.system_prompt) == (CONFIG.model_id, CONFIG.system_prompt)


@pytest.mark.parametrize("listener", listeners(), ids=lambda one: one.function)
def test_nobody_does_anything_else_because_others_say_more(listener: Listener) -> None:
    """The example log, folded as it was said, and as services of tomorrow would have said it."""
    told = [one for one in LOG if listener.can_be_tried(one) and one["detail-type"] != "DeploymentRequested"]  # that waits
    today, tomorrow = MemoryStore(), MemoryStore()
    failed = Folding(listener, today, lambda: NOW).fold(told)
    assert Folding(listener, tomorrow, lambda: NOW).fold(list(map(louder, told))) == list(map(louder, failed))
    assert tomorrow.items.keys() == today.items.keys()


def louder(envelope: dict[str, Any]) -> dict[str, Any]:
    """The event with fields that nobody knows, at every depth."""
    contract = spoken(envelope)
    assert contract
    event, detail = contract.event.unwrap(envelope["detail"])[0], envelope["detail"]
    if contract.producer == UPSTREAM:
        return envelope | {"detail": _with_more(event, detail)}
    return envelope | {"detail": {"metadata": detail["metadata"] | MORE, "data": _with_more(event, detail["data"])}}


def wanted(config: AgentConfig, named: str = "") -> DeploymentRequested:
    return DeploymentRequested(
        rollout_id="ro-1", agent="referral-writer", config_hash=named or config_hash(config), config=config, author="ae-1", message="new",
    )


def test_a_registry_registers_what_was_asked_for_or_waits() -> None:
    more = AgentConfig.model_validate(CONFIG.model_dump() | {"of_tomorrow": "more"})
    room = Room(registry.routes)
    assert room.when(wanted(more)) == []
    [told] = [AgentRegistered.model_validate(one["data"]) for one in room.announced]
    assert (told.config_hash, told.config) == (config_hash(more), more)
    assert len(room.when(wanted(CONFIG, named="the hash of something else"))) == 1
