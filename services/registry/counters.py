"""Table AgentRegistry: the rows of the projection of what became of the drafts of each version.

It can be dropped and filled again from the archive: every row says to which generation it belongs, and one of
an older generation counts as not there. Counters are in shards: a batch adds to one shard of each version, so that
batches that run side by side seldom meet. What of a referral is counted stands in a row that outlives the archive.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zlib import crc32

from services.registry.performance import Author, Counted, Performance
from shared.store import Item, Key, Store
from shared.unit import Conflict, Duplicate, Unit

SHARDS = 16
PROOF_DAYS = timedelta(days=400)  # longer than any archive can bring an event again
GENERATION: Key = ("PERFORMANCE", "GENERATION")
_ALL = 100_000


class Generation(NamedTuple):
    """Which filling of the projection this is, and since when it counts."""

    number: int = 1
    started_at: str | None = None

    def as_said(self) -> dict[str, Any]:
        return {"generation": self.number, "counted_since": self.started_at}


def shard_key(author: Author, shard: int) -> Key:
    return f"PERFORMANCE#{author.agent}", f"V#{author.version:09d}#{shard:02d}"


def counted_key(referral_id: str) -> Key:
    return f"REFERRAL#{referral_id}", "COUNTED"


def reads_of_outcome(said: Any) -> list[Key]:
    """Of any event of the orchestrator about one referral."""
    return [GENERATION, counted_key(said.referral_id)]


def generation(unit: Unit) -> Generation:
    return _generation(unit.item(GENERATION))


def renew(unit: Unit) -> Generation:
    """Everything counted so far is as if it had never been."""
    fresh = Generation(generation(unit).number + 1, unit.now().isoformat())
    unit.put(GENERATION, fresh._asdict())
    return fresh


def unheard(unit: Unit, referral_id: str, generation: Generation) -> Counted:
    """What of the referral is counted, this event included from now on; raises Duplicate where it is already."""
    known = _counted(unit.item(counted_key(referral_id)), generation)
    if unit.cause.event_id in known.events:
        raise Duplicate
    return known.heard(unit.cause.event_id)


def save_counted(unit: Unit, referral_id: str, known: Counted, generation: Generation) -> None:
    unit.put(counted_key(referral_id), {
        "generation": generation.number, "expires_at": int((unit.now() + PROOF_DAYS).timestamp()),
        "events": sorted(known.events), "waiting": sorted(known.waiting),
        "authors": {draft: by._asdict() for draft, by in known.authors.items()},
    })


def add(unit: Unit, author: Author, seen: Performance, generation: Generation) -> None:
    """Count for the version that wrote; raises Conflict where a newer generation has begun meanwhile."""
    key = shard_key(author, crc32(unit.first.encode()) % SHARDS)
    row = unit.item(key)
    if row and row["generation"] > generation.number:
        raise Conflict
    counted = _performance([row] if row else [], generation) + seen
    latencies = {str(bucket): count for bucket, count in counted.latencies.items()}
    unit.put(key, vars(counted) | {"latencies": latencies, "generation": generation.number})


def performance(store: Store, author: Author) -> tuple[Generation, Performance]:
    current = _current(store)
    found = store.query(shard_key(author, 0)[0], prefix=f"V#{author.version:09d}#")
    return current, _performance(found, current)


def performances(store: Store, agent: str) -> dict[int, Performance]:
    """Of every version of the agent that wrote something."""
    current, shards = _current(store), dict[int, list[Item]]()
    for row in store.query(f"PERFORMANCE#{agent}", limit=_ALL):
        shards.setdefault(int(row["sk"].split("#")[1]), []).append(row)
    return {version: _performance(some, current) for version, some in shards.items()}


def _current(store: Store) -> Generation:
    return _generation(store.get([GENERATION]).get(GENERATION))


def _generation(row: Item | None) -> Generation:
    return Generation(int(row["number"]), row["started_at"]) if row else Generation()


def _counted(row: Item | None, generation: Generation) -> Counted:
    if not row or row["generation"] != generation.number:
        return Counted()
    authors = {draft: Author(by["agent"], int(by["version"])) for draft, by in row["authors"].items()}
    return Counted(frozenset(row["events"]), authors, frozenset(row["waiting"]))


def _performance(shards: Iterable[Item], generation: Generation) -> Performance:
    """The sum of the shards that belong to this generation."""
    mine = (_part(row) for row in shards if row["generation"] == generation.number)
    return sum(mine, start=Performance())


def _part(row: Item) -> Performance:
    counts = {part.name: _whole(row.get(part.name, 0)) for part in fields(Performance) if part.name != "cost_usd"}
    latencies = {int(bucket): count for bucket, count in counts["latencies"].items()}
    return Performance(**counts | {"cost_usd": Decimal(row["cost_usd"]), "latencies": latencies})


def _whole(value: Any) -> Any:
    return {name: int(count) for name, count in value.items()} if isinstance(value, dict) else int(value)
