"""A batch from a mailbox, run through its routing table: parse, dedupe, react, and say what is to come again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from shared import mailbox
from shared.clock import Clock, now
from shared.commit import inbox_key, run
from shared.events import Event, Metadata
from shared.mailbox import Delivery, Foreign, Record
from shared.observe import Observer
from shared.store import Store
from shared.unit import Duplicate, Unit

if TYPE_CHECKING:
    from shared.app import Route, Routes


class Opened(NamedTuple):
    """A delivery that is understood."""

    record: Record
    delivery: Delivery
    route: "Route"
    event: Event
    metadata: Metadata


class Batch:
    """One run over the records of a mailbox."""

    def __init__(self, routes: "Routes", store: Store, now: Clock = now) -> None:
        self.routes, self.store, self.now = routes, store, now
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
        self.observer.count("UnknownFields", event.unknown_fields(delivery.detail))
        return Opened(record, delivery, route, event, metadata)

    def _set_aside(self, route: "Route", delivery: Delivery, error: ValidationError) -> None:
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
        return Unit(self.store, f"referral.{self.routes.service}", self.now)

    def _fail(self, record: Record, error: Exception, detail_type: str, metadata: Metadata | None = None) -> None:
        known = {"event_id": metadata.event_id, "correlation_id": metadata.correlation_id} if metadata else {}
        known["message_id"] = record["messageId"]  # by which a dead letter finds its reason
        self.observer.failure("comes again", error, detail_type=detail_type, **known)
        self.observer.count("EventsFailed")
        self.failed.append(record)
