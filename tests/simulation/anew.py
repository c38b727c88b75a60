"""Invariant about order: all that was ever said, folded into empty tables in another order, in other batches and some of it twice."""

from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from services.registry import counters
from shared.app import Routes
from shared.store import Item
from tests.simulation import house
from tests.simulation.bus import body_of
from tests.simulation.engineers import AGENT
from tests.simulation.history import Entry
from tests.simulation.mailbox import Message
from tests.simulation.rules import matches
from tests.simulation.store import SimulatedStore
from tests.simulation.world import World

_AGAIN = {"replay-name": "again"}  # effects are refused
_TRIES = 4  # of what builds on something that comes later
_BY_WHEN = frozenset({"rev", "expires_at", "known_at", "at"})  # says when something was learned, not what
Known = dict[str, Any]


def any_order_gives_the_same(world: World) -> Iterator[str]:
    """I9: what a service knows from events does not depend on how they came; each run looks at one of the services."""
    random = Random(len(world.history.entries))
    service = random.choice(list(PROJECTIONS))
    before, after = (PROJECTIONS[service](table) for table in (world.tables[service], _folded(world, service, random)))
    differ = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    yield from (f"{name} of {service} depends on the order of events" for name in differ)


def _folded(world: World, service: str, random: Random) -> SimulatedStore:
    fresh = SimulatedStore()
    for routes in house.folding(service):
        heard = _heard(routes.patterns(), world.history.of("published"))
        waiting = _shuffled(list(heard), random)
        for _ in range(_TRIES):
            waiting = [message for some in _split(waiting, random) for message in _failed(routes, fresh, some)]
    return fresh


def _heard(patterns: dict[str, dict[str, Any]], published: Iterable[Entry]) -> Iterator[Entry]:
    """What the mailbox with these patterns has rules for."""
    for entry in published:
        what = entry.what
        said = {"source": what["source"], "detail-type": what["type"], "detail": what["said"]}
        if what["type"] in patterns and matches(patterns[what["type"]], said):
            yield entry


def _shuffled(entries: list[Entry], random: Random) -> list[Message]:
    """A quarter of them twice; whoever is erased is erased at last, for what is heard later would be about nobody."""
    some = entries + random.sample(entries, len(entries) // 4)
    random.shuffle(some)
    some.sort(key=lambda entry: entry.what["type"] == "CustomerErased")
    heads = ({"source": one.what["source"], "detail-type": one.what["type"], **_AGAIN} for one in some)
    return [Message(body_of(head, one.what["detail"]), 0.0) for head, one in zip(heads, some, strict=True)]


def _split(messages: list[Message], random: Random) -> Iterator[list[Message]]:
    while messages:
        size = random.randint(1, 10)
        yield messages[:size]
        messages = messages[size:]


def _failed(routes: Routes, fresh: SimulatedStore, some: list[Message]) -> list[Message]:
    answer = routes.batch(fresh).run([message.record() for message in some])
    names = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    return [message for message in some if message.message_id in names]


def _rows(*kinds: str, but: frozenset[str] = _BY_WHEN) -> Callable[[SimulatedStore], Known]:
    """Rows of these kinds (the beginning of partition and sort key), without what says when they were written."""

    def known(store: SimulatedStore) -> Known:
        named = {f"{key[0]}/{key[1]}": row for key, row in store.all().items()}
        return {name: _without(row, but) for name, row in named.items() if _kind(name) in kinds}

    return known


def _kind(name: str) -> str:
    """What stands before the first ``#`` of both keys."""
    pk, _, sk = name.rpartition("/")
    return f"{pk.partition('#')[0]}/{sk.partition('#')[0]}"


def _without(row: Item, names: frozenset[str]) -> Item:
    return {name: value for name, value in row.items() if name not in names}


def _performance(store: SimulatedStore) -> Known:
    """Which shard counted depends on the batch, their sum does not."""
    figures = {f"version {version}": known for version, known in counters.performances(store, AGENT).items()}
    return figures | _rows("EVALUATIONS/V")(store)


PROJECTIONS: dict[str, Callable[[SimulatedStore], Known]] = {
    "features": _rows("CUSTOMER/LATEST", "JOB/SCORE", but=_BY_WHEN | {"version"}),
    "prep": _rows("REFERRAL/JOIN", "QUARANTINE/CONTENT", "CUSTOMER/ERASED", but=_BY_WHEN | {"event_id"}),
    "registry": _performance,
    "orchestrator": _rows("REFERRAL/CONTACT", "AGENT/V", "AGENT/ALIAS", "AGENT/ROLLOUT", "ROLLOUT/ROLLED_BACK", "CUSTOMER/ERASED"),
    "deployer": _rows("AGENT/HASH", "AGENT/V", "AGENT/EVALUATION"),
    "evaluation": _rows("AGENT/V", "AGENT/PRODUCTION", "CASE/CREW", "CASE/PREPARED", "CASE/PEOPLE", "CUSTOMER/ERASED"),
}
