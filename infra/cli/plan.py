"""What a replay would do, before anything moves: who hears what, what is known already, what is refused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from infra.cli import say
from infra.cli.aside import Aside
from infra.cli.folding import BATCH, Folding
from infra.cli.listeners import Listener
from infra.cli.recorded import Envelope

_NAME = "plan"  # of the replay that is tried


@dataclass
class Heard:
    """What one service would hear of one kind."""

    folds: int = 0
    effects: int = 0  # refused in a replay


@dataclass
class Plan:
    """Counts of a replay; of the folds some are known already, and some could not be tried here."""

    events: int = 0
    heard: dict[tuple[str, str], Heard] = field(default_factory=dict)  # by service and kind
    known: Counter[str] = field(default_factory=Counter)  # by service
    new: Counter[str] = field(default_factory=Counter)
    untried: Counter[str] = field(default_factory=Counter)

    def public(self) -> dict[str, Any]:
        services = dict.fromkeys(service for service, _ in self.heard)
        return {"events": self.events, "services": {service: self._of(service) for service in services}}

    def _of(self, service: str) -> dict[str, Any]:
        mine = {kind: heard for (name, kind), heard in self.heard.items() if name == service}
        return {
            "folds": sum(heard.folds for heard in mine.values()), "known": self.known[service],
            "new": self.new[service], "untried": self.untried[service],
            "effects_refused": sum(heard.effects for heard in mine.values()),
            "kinds": {kind: vars(heard) for kind, heard in sorted(mine.items())},
        }


def plan(envelopes: Iterable[Envelope], listeners: list[Listener], tables: dict[str, Aside]) -> Plan:
    """Try every fold of each service beside its table."""
    made, waiting = Plan(), iter(envelopes)
    while some := list(islice(waiting, BATCH)):
        made.events += len(some)
        for listener in listeners:
            _hear(made, listener, some)
            _try(made, listener, tables[listener.service], [one for one in some if listener.can_be_tried(one)])
    return made


def _try(made: Plan, listener: Listener, table: Aside, some: list[Envelope]) -> None:
    """All at once, and where they change something each alone, to see which of them do."""
    before = table.writes
    with table.undone():
        failed = Folding(listener, table).fold(some, _NAME) if some else []
    if table.writes == before and not failed:
        made.known[listener.service] += len(some)
        return
    for envelope in some:
        before = table.writes
        failed = Folding(listener, table).fold([envelope], _NAME)
        outcome = made.untried if failed else made.new if table.writes > before else made.known
        outcome[listener.service] += 1


def _hear(made: Plan, listener: Listener, some: list[Envelope]) -> None:
    for envelope in some:
        route = listener.route(envelope)
        if not route:
            continue
        heard = made.heard.setdefault((listener.service, envelope["detail-type"]), Heard())
        heard.effects += route.effect
        heard.folds += not route.effect
        made.untried[listener.service] += not route.effect and not listener.can_be_tried(envelope)


def view(told: dict[str, Any]) -> Any:
    from rich.console import Group

    columns = ("service", "event", "folded", "effects refused")
    rows = [
        (service, kind, heard["folds"], heard["effects"])
        for service, known in told["services"].items() for kind, heard in known["kinds"].items()
    ]
    lines = [
        f"{service}: {known['folds']} folds, of which {known['known']} are known already, {known['new']} are not"
        + (f", {known['untried']} can't be tried here" if known["untried"] else "")
        + f"; {known['effects_refused']} effects would be refused"
        for service, known in told["services"].items()
    ]
    return Group(say.text(f"{told['events']} events"), say.table(columns, rows, "Nobody listens to them."), *map(say.text, lines))
