"""A service that nobody should build: it answers its own event, and would do so for ever."""

from datetime import UTC, datetime
from typing import ClassVar

from shared.app import Routes
from shared.events import Event, UpstreamFact
from shared.unit import Unit


class Shouted(UpstreamFact):
    """Somebody calls into the hall."""

    call: str

    def business_key(self) -> str:
        return self.call

    def happened_at(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC)


class Echoed(Event):
    """It comes back."""

    source: ClassVar[str] = "referral.echo"

    call: str


def hall() -> Routes:
    routes = Routes("echo")

    @routes.fold(Shouted)
    @routes.fold(Echoed)
    def answer(said: Shouted | Echoed, unit: Unit) -> None:
        unit.announce(Echoed(call=said.call))

    return routes
