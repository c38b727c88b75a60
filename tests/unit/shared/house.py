"""A service so small that only the runtime is seen: it counts rings at doors, and calls out when somebody knocks."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import ValidationError

from shared.app import Routes
from shared.events import Event, UpstreamFact
from shared.store import Key
from shared.unit import Unit

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Rung(UpstreamFact):
    """Somebody rang at a door."""

    ring: str
    door: str = "front"
    rows: int = 0  # how much the house writes about it

    def business_key(self) -> str:
        return self.ring

    def happened_at(self) -> datetime:
        return NOON


class Opened(Event):
    """The house opened a door."""

    source: ClassVar[str] = "referral.house"

    door: str
    rings: int


class Knocked(Event):
    """Another house of ours says that somebody knocks there."""

    source: ClassVar[str] = "referral.neighbour"

    who: int


class House:
    """Its routes, what it called out, and how it is made to fail."""

    def __init__(self, service: str = "house") -> None:
        self.called: list[int] = []
        self.receives: list[int] = []
        self.fails: dict[str | int, Exception] = {}
        self.set_aside: list[Any] = []
        self.routes = Routes(service)
        self.routes.fold(Rung, reads=lambda rung: [door(rung.door)])(self.count)
        self.routes.effect(Knocked, where={"data": {"who": [1, 2]}})(self.call_out)

    def count(self, rung: Rung, unit: Unit) -> None:
        rings = int((unit.item(door(rung.door)) or {"rings": 0})["rings"]) + 1
        unit.put(door(rung.door), {"rings": rings})
        unit.announce(Opened(door=rung.door, rings=rings))
        for number in range(rung.rows):
            unit.create((f"NOTE#{rung.ring}", str(number)), {"n": number})
        if rung.ring in self.fails:
            raise self.fails[rung.ring]

    def call_out(self, knocked: Knocked, unit: Unit) -> None:
        self.receives.append(unit.receives)
        if knocked.who in self.fails:
            raise self.fails[knocked.who]
        self.called.append(knocked.who)

    def keeps_what_is_broken(self) -> "House":
        def keep(detail: Any, error: ValidationError, unit: Unit) -> None:
            if "broken" in self.fails:
                raise self.fails["broken"]
            self.set_aside.append(detail)

        self.routes.malformed(Rung)(keep)
        return self


def door(name: str) -> Key:
    return f"DOOR#{name}", "STATE"
