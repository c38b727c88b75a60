"""Declare what a service does with events, and run it over batches from its mailbox.

A *fold* changes only the service's own table and may be replayed; the folds of a batch share one transaction, and
where that is refused each goes alone. An *effect* calls something outside, always goes alone, and is refused in a replay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared import mailbox
from shared.events import Event, Metadata
from shared.mailbox import Delivery
from shared.observe import Observer
from shared.settings import settings
from shared.store import DynamoStore, Key, Store
from shared.unit import Conflict, Duplicate, Unit

Reaction = Callable[[Any, Unit], None]
Record = dict[str, Any]
_TRIES = 5  # how often a decision is made anew when others changed what it was based on


class NotYet(Exception):
    """Something that this event builds on has not arrived; the message comes back later."""


class Foreign(Exception):
    """An event came from a source that may not say such a thing."""


@dataclass(frozen=True)
class Route:
    """What happens with one kind of event; ``reads`` sees the event, ``continues`` the correlation id of its story."""

    contract: type[Event]
    reaction: Reaction
    effect: bool = False
    inbox: bool = True
    reads: Callable[[Any], Iterable[Key]] | None = None
    continues: Callable[[str], Iterable[Key]] | None = None
    where: dict[str, Any] = field(default_factory=dict)
    broken_kept_by: str = ""  # the service that keeps the facts of this kind that break the contract

    def keys(self, event: Event, metadata: Metadata) -> list[Key]:
        """What is worth reading for the whole batch in one call.

        Before an effect the inbox row is always read; before a fold it only rides along, for the commit asks it anyway.
        """
        own = list(self.reads(event)) if self.reads else []
        own += self.continues(metadata.correlation_id) if self.continues else []
        return [*own, inbox_key(metadata)] if self.inbox and (own or self.effect) else own

    def pattern(self) -> dict[str, Any]:
        """The pattern of the EventBridge rule that feeds this route."""
        rule = {"source": self.contract.source_pattern(), "detail-type": [self.contract.detail_type()]}
        return rule | ({"detail": self.where} if self.where else {})


class Opened(NamedTuple):
    """A delivery that is understood."""

    record: Record
    delivery: Delivery
    route: Route
    event: Event
    metadata: Metadata


def inbox_key(metadata: Metadata) -> Key:
    """The row that proves that an event was handled; its id is ours or a business key's, never the transport's."""
    return f"INBOX#{metadata.event_id}", "INBOX"


class Routes:
    """The routing table of one mailbox; it may begin with routes that are ``known``."""

    def __init__(self, service: str, mailbox: str = "", known: Mapping[str, Route] | None = None) -> None:
        self.service = service
        self.mailbox = mailbox or service
        self.routes: dict[str, Route] = dict(known or {})
        self._malformed: dict[str, Callable[[dict[str, Any], ValidationError, Unit], None]] = {}

    def fold(self, contract: type[Event], **options: Any) -> Callable[[Reaction], Reaction]:
        return self._route(contract, effect=False, **options)

    def effect(self, contract: type[Event], **options: Any) -> Callable[[Reaction], Reaction]:
        return self._route(contract, effect=True, **options)

    def malformed(self, contract: type[Event]) -> Callable[[Any], Any]:
        """The reaction to a detail that breaks the contract; without one, it ends as a dead letter."""
        return self._declare(self._malformed, contract)

    def handle(self, event: dict[str, Any], context: object = None) -> dict[str, Any]:
        """The Lambda handler: the answer names the messages that are to come again."""
        return self.batch(DynamoStore(settings().table)).run(event["Records"])

    def batch(self, store: Store) -> "Batch":
        return Batch(self, store)

    def patterns(self) -> dict[str, dict[str, Any]]:
        return {name: route.pattern() for name, route in self.routes.items()}

    def broken(self, contract: type[Event]) -> Callable[[dict[str, Any], ValidationError, Unit], None] | None:
        return self._malformed.get(contract.detail_type())

    def _route(self, contract: type[Event], **options: Any) -> Callable[[Reaction], Reaction]:
        def declare(reaction: Reaction) -> Reaction:
            self.routes[contract.detail_type()] = Route(contract, reaction, **options)
            return reaction

        return declare

    def _declare(self, table: dict[str, Any], contract: type[Event]) -> Callable[[Any], Any]:
        def declare(reaction: Any) -> Any:
            table[contract.detail_type()] = reaction
            return reaction

        return declare


class Batch:
    """One run over the records of a mailbox."""

    def __init__(self, routes: Routes, store: Store) -> None:
        self.routes = routes
        self.store = store
        self.failed: list[Record] = []
        self.observer = Observer(routes.service)

    def run(self, records: Sequence[Record]) -> dict[str, Any]:
        """Handle every record; the answer names the messages that are to come again."""
        opened = [known for record in records if (known := self._open(record))]
        folds = [one for one in opened if not one.route.effect]
        if not self._together(folds):
            self._each(folds)
        self._each([one for one in opened if one.route.effect])
        for record in self.failed:
            mailbox.postpone(record)
        self.observer.flush()
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in self.failed]}

    def _open(self, record: Record) -> Opened | None:
        try:
            return self._understand(record)
        except Exception as error:
            self._fail(record, error, "unreadable")
            return None

    def _understand(self, record: Record) -> Opened | None:
        delivery = mailbox.delivery(record)
        route = self.routes.routes.get(delivery.detail_type)
        if not route or not route.contract.came_from(delivery.source):
            raise Foreign
        if route.effect and delivery.replay:
            self.observer.count("EffectsRefusedInReplay")
            return None
        try:
            event, metadata = route.contract.unwrap(delivery.detail)
        except ValidationError as error:
            return self._set_aside(route, delivery, error)
        self.observer.count("UnknownFields", event.unknown_fields())
        return Opened(record, delivery, route, event, metadata)

    def _set_aside(self, route: Route, delivery: Delivery, error: ValidationError) -> None:
        """A broken fact goes to the reaction for it; what nobody else keeps stays in the queue until somebody looks."""
        reaction = self.routes.broken(route.contract)
        self.observer.count("Malformed")
        if not reaction and not route.broken_kept_by:
            raise error
        if reaction:
            run(lambda unit: reaction(delivery.detail, error, unit), self._unit)

    def _together(self, folds: list[Opened]) -> bool:
        """All folds in one transaction; False, with nothing written, where they have to go one by one."""
        if len(folds) < 2:
            return False
        try:
            outcomes = run(lambda unit: self._all_in(unit, folds), self._unit)
        except Exception as refused:  # whatever the reason is, it need not be everybody's
            self.observer.info("batch goes one by one", error=type(refused).__name__, count=len(folds))
            return False
        for one, error in outcomes:
            self._finish(one, error)
        return True

    def _all_in(self, unit: Unit, folds: list[Opened]) -> list[tuple[Opened, Exception | None]]:
        unit.load(key for one in folds for key in one.route.keys(one.event, one.metadata))
        return [(one, self._tried(one, unit)) for one in folds]

    def _tried(self, one: Opened, unit: Unit) -> Exception | None:
        try:
            with unit.attempt():
                self._react(one, unit)
        except Exception as error:
            return error
        return None

    def _each(self, some: list[Opened]) -> None:
        for one in some:
            self._finish(one, self._alone(one))

    def _alone(self, one: Opened) -> Exception | None:
        try:
            with self.observer.span(one.delivery.detail_type):
                run(lambda unit: self._react(one, unit), self._unit)
        except Exception as error:
            return error
        return None

    def _finish(self, one: Opened, error: Exception | None) -> None:
        if isinstance(error, Duplicate):
            self._count("Duplicates", "known already", one)
        elif error:
            self._fail(one.record, error, one.delivery.detail_type, one.metadata)
        else:
            self._count("EventsHandled", "handled", one)

    def _count(self, name: str, message: str, one: Opened) -> None:
        self.observer.count(name)
        said = one.metadata
        self.observer.info(
            message, detail_type=one.delivery.detail_type, event_id=said.event_id, correlation_id=said.correlation_id,
        )

    def _react(self, one: Opened, unit: Unit) -> None:
        unit.begin(one.metadata)
        unit.receives = one.delivery.receives
        unit.load(one.route.keys(one.event, one.metadata))
        if one.route.inbox:
            unit.once(inbox_key(one.metadata))
        one.route.reaction(one.event, unit)

    def _unit(self) -> Unit:
        return Unit(self.store, f"referral.{self.routes.service}")

    def _fail(self, record: Record, error: Exception, detail_type: str, metadata: Metadata | None = None) -> None:
        known = {"event_id": metadata.event_id, "correlation_id": metadata.correlation_id} if metadata else {}
        self.observer.failure("comes again", error, detail_type=detail_type, **known)
        self.observer.count("EventsFailed")
        self.failed.append(record)


def run(work: Callable[[Unit], Any], new_unit: Callable[[], Unit]) -> Any:
    """Do the work in a unit of its own and commit it; decide anew while others change what it was based on."""
    for _ in range(_TRIES - 1):
        try:
            return _committed(work, new_unit())
        except Conflict:
            continue
    return _committed(work, new_unit())


def _committed(work: Callable[[Unit], Any], unit: Unit) -> Any:
    result = work(unit)
    unit.commit()
    return result
