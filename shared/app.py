"""Declare what a service does with events.

A *fold* changes only the service's own table and may be replayed; the folds of a batch share one transaction, and
where that is refused each goes alone. An *effect* calls something outside, always goes alone, and is refused in a
replay.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from shared.batch import Batch
from shared.clock import Clock, now
from shared.commit import inbox_key
from shared.events import Event, Metadata
from shared.settings import settings
from shared.store import DynamoStore, Key, Store
from shared.unit import Unit

Reaction = Callable[[Any, Unit], None]


class NotYet(Exception):
    """Something that this event builds on has not arrived; the message comes back later."""


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

    def batch(self, store: Store, now: Clock = now) -> Batch:
        return Batch(self, store, now)

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
