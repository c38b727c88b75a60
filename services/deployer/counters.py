"""Table Rollouts: what is counted of rollouts and versions, in shards, so that batches seldom meet on one item."""

import zlib
from collections.abc import Iterable

from services.deployer.outcomes import Counts, Outcome, Tally, added, total
from services.deployer.recent import Recent
from services.deployer.results import Judged, Values, is_evidence
from services.deployer.table import rollout_key
from shared.store import Item, Key, Store
from shared.unit import Unit

SHARDS = 16  # of a rollout's counters, and of what is known lately of a version


def counter_keys(rollout_id: str) -> list[Key]:
    return [(rollout_key(rollout_id)[0], f"COUNTS#{shard:02d}") for shard in range(SHARDS)]


def ring_keys(agent: str, version: int) -> list[Key]:
    return [(f"AGENT#{agent}#V#{version:09d}", f"RECENT#{shard:02d}") for shard in range(SHARDS)]


def proof_key(rollout_id: str, customer_id: str) -> Key:
    """Stands once an outcome of this customer is counted, for ever, and names the metrics of which one is."""
    return f"{rollout_key(rollout_id)[0]}#CUSTOMER#{customer_id}", "COUNTED"


def reads_of(said: Judged) -> list[Key]:
    """What counting an outcome and deciding on it needs: as many items however long the rollout takes."""
    if not is_evidence(said):
        return []
    rollout_id = str(said.rollout_id)
    return [proof_key(rollout_id, said.customer_id), rollout_key(rollout_id), *counter_keys(rollout_id)]


def first_of(unit: Unit, said: Judged, values: Values) -> Values:
    """Those of the values that are the customer's first of their metric in this rollout; from now on they count."""
    key = proof_key(str(said.rollout_id), said.customer_id)
    before = unit.item(key) or {}
    first = {metric: value for metric, value in values.items() if metric not in before}
    if first:
        unit.put(key, before | dict.fromkeys(first, True))
    return first


def count(unit: Unit, rollout_id: str, outcomes: Iterable[Outcome]) -> None:
    key = _own(unit, counter_keys(rollout_id))
    grown = _tally(unit.item(key) or {})
    for one in outcomes:
        grown = added(grown, one.metric, one.share, one.counts())
    unit.put(key, {metric: {str(share): [*cells] for share, cells in by.items()} for metric, by in grown.items()})


def tally(unit: Unit, rollout_id: str) -> Tally:
    """All outcomes that were counted."""
    keys = counter_keys(rollout_id)
    unit.load(keys)
    return total(_tally(unit.item(key) or {}) for key in keys)


def find(store: Store, rollout_id: str) -> Tally:
    """The same as it is stored now."""
    return total(map(_tally, store.get(counter_keys(rollout_id)).values()))


def remember(unit: Unit, said: Judged, values: Values) -> None:
    """What this version did lately; nothing where no version wrote."""
    if not said.version:
        return
    key = _own(unit, ring_keys(said.agent, said.version))
    ring = _ring(unit.item(key) or {})
    for metric, value in values.items():
        ring = ring.learn(metric, value)
    unit.put(key, {"approval": ring.approval, "errors": ring.errors, "latency": ring.latency})


def recent(unit: Unit, agent: str, version: int) -> Recent:
    keys = ring_keys(agent, version)
    unit.load(keys)
    return Recent.of(_ring(unit.item(key) or {}) for key in keys)


def _own(unit: Unit, shards: list[Key]) -> Key:
    """The one shard that this batch writes. Which one it is says nothing, for only all of them together are read."""
    return shards[zlib.crc32(unit.first.encode()) % len(shards)]


def _tally(item: Item) -> Tally:
    counted = {metric: by for metric, by in item.items() if isinstance(by, dict)}
    return {metric: {int(w): Counts(*map(int, cells)) for w, cells in by.items()} for metric, by in counted.items()}


def _ring(item: Item) -> Recent:
    return Recent(*(tuple(map(int, item.get(name, ()))) for name in Recent.__annotations__))
