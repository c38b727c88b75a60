"""What was true of a customer at a moment, and what was known of it: the features' own folds over the facts until then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.cli.aside import Aside
from infra.cli.exports import in_utc
from infra.cli.folding import Folding
from infra.cli.listeners import listeners
from infra.cli.log import EventLog
from infra.cli.recorded import Envelope, told_in
from infra.cli.say import Problem
from infra.cli.session import Account
from infra.cli.spool import Spool, heard_at
from infra.platform.redaction import whose
from services.features import table
from services.features.model import Customer
from shared.clock import now
from shared.events import Metadata

_LAST = "~"  # behind every event id


@dataclass(frozen=True)
class Fact:
    """A fact about a customer: when it happened is in its metadata, when we heard of it beside."""

    envelope: Envelope
    metadata: Metadata
    heard: datetime

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place in what happened, whatever the order in which it came."""
        return self.metadata.occurred_at, self.metadata.event_id


def facts(account: Account, customer_id: str) -> list[Fact]:
    """All that upstream systems said about a customer, each once, in the order in which it happened."""
    told = told_in(account, EventLog(account).objects_of(customer_id))
    return in_order(one for one in told if whose(one) == customer_id)


def in_order(envelopes: Iterable[Envelope]) -> list[Fact]:
    return sorted(_facts(Spool().add(envelopes).in_order()), key=lambda fact: fact.place)


def folded(customer_id: str, known: Iterable[Fact]) -> Customer | None:
    """The customer after these facts; None where no job is among them."""
    store, at = Aside(), [now()]
    [listener] = listeners("features")
    folding = Folding(listener, store, lambda: at[0])
    for fact in known:
        at[0] = fact.heard
        folding.fold([fact.envelope])
    return table.find(store, customer_id)


def until(known: list[Fact], as_of: str, known_at: datetime | None) -> list[Fact]:
    """The facts that had happened at a moment or with an event, as far as they were known at another moment."""
    last = _place(known, as_of) if as_of else None
    return [
        fact for fact in known
        if (last is None or fact.place <= last) and (known_at is None or fact.heard <= in_utc(known_at))
    ]


def _place(known: list[Fact], as_of: str) -> tuple[datetime, str]:
    try:
        return in_utc(datetime.fromisoformat(as_of)), _LAST
    except ValueError:
        named = [fact for fact in known if as_of in (fact.metadata.event_id, fact.envelope["detail"].get("service_id"))]
    if not named:
        raise Problem(f"{as_of!r} is neither a moment such as 2026-11-20T12:00 nor an event or a job of this customer.")
    first = next((fact for fact in named if fact.metadata.event_id == as_of), named[0])
    return first.place


def _facts(envelopes: Iterable[Envelope]) -> Iterator[Fact]:
    """What features listens to and can be read; the rest taught it nothing either."""
    [listener] = listeners("features")
    for envelope in envelopes:
        route = listener.route(envelope)
        metadata = route and _metadata(route.contract, envelope["detail"])
        if metadata:
            yield Fact(envelope, metadata, heard_at(envelope) or metadata.occurred_at)


def _metadata(contract: Any, detail: dict[str, Any]) -> Metadata | None:
    try:
        return contract.unwrap(detail)[1]
    except ValueError:
        return None
