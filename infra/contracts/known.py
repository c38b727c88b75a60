"""Every event that may travel, who says it, and who listens."""

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from infra.cli.listeners import listeners
from shared import events
from shared.events import Event, UpstreamFact

UPSTREAM = "upstream"
_OURS = "referral."


class Hearing(NamedTuple):
    """A service that listens, in one of its mailboxes; ``where`` is what its rule lets in, {} for all."""

    service: str
    mailbox: str
    effect: bool
    where: dict[str, Any]


@dataclass(frozen=True)
class Contract:
    """An event class in the words of those who only see the bus."""

    event: type[Event]

    @property
    def name(self) -> str:
        return self.event.detail_type()

    @property
    def producer(self) -> str:
        """The service that says it; ``upstream`` where it is not one of ours."""
        return UPSTREAM if issubclass(self.event, UpstreamFact) else self.event.source.removeprefix(_OURS)

    @property
    def version(self) -> int:
        return self.event.contract_version

    @property
    def key(self) -> str:
        """What tells it from every other event."""
        return f"{self.producer}/{self.name}"

    @property
    def says(self) -> str:
        return inspect.cleandoc(self.event.__doc__ or "").replace("``", "`")

    def heard(self) -> list[Hearing]:
        """Who listens, by service; the event log hears everything and is not named."""
        found = ((one.service, one.routes, one.routes.routes.get(self.name)) for one in listeners())
        return sorted(
            Hearing(service, routes.mailbox, route.effect, route.where)
            for service, routes, route in found if route and route.contract is self.event
        )

    def hearers(self) -> list[str]:
        return sorted({one.service for one in self.heard()})


@cache
def contracts() -> tuple[Contract, ...]:
    """Those of upstream systems first, then ours by service, each in the order in which they are written down."""
    modules = [importlib.import_module(f"shared.events.{found.name}") for found in pkgutil.iter_modules(events.__path__)]
    own = [known for module in modules for known in vars(module).values() if _is_event(known, module.__name__)]
    return tuple(sorted(map(Contract, own), key=lambda known: (known.producer != UPSTREAM, known.producer)))


def _is_event(known: Any, module: str) -> bool:
    return inspect.isclass(known) and issubclass(known, Event) and known.__module__ == module
