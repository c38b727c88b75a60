"""Services without one of their guards: tables that forget, or that do in two steps what belongs into one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from shared.store import Item, Key, Write
from tests.harness.outside import Crash
from tests.simulation.store import SimulatedStore

Variant = Callable[[str, Any], Any]


class Around:
    """A table that does everything as before."""

    def __init__(self, store: SimulatedStore) -> None:
        self.store = store

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return self.store.get(keys)

    def query(self, pk: str, **how: Any) -> list[Item]:
        return self.store.query(pk, **how)

    def commit(self, writes: Sequence[Write]) -> None:
        self.store.commit(writes)


class Blind(Around):
    """Nobody sees rows with this sort key, and nobody's commit depends on them."""

    def __init__(self, store: SimulatedStore, sort_key: str) -> None:
        super().__init__(store)
        self.sort_key = sort_key

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        return {key: item for key, item in self.store.get(keys).items() if key[1] != self.sort_key}

    def commit(self, writes: Sequence[Write]) -> None:
        self.store.commit([self._unconditional(w) for w in writes if not (w.check and w.key[1] == self.sort_key)])

    def _unconditional(self, write: Write) -> Write:
        if write.key[1] != self.sort_key:
            return write
        stored = self.store.get([write.key]).get(write.key, {})
        return write._replace(revision=int(stored.get("rev", 0)))


class LosesClaims(Around):
    """The claim is believed to be stored, and is not."""

    def commit(self, writes: Sequence[Write]) -> None:
        if not any(write.key[1] == "SEND" and not write.revision for write in writes):
            self.store.commit(writes)


class OutboxApart(Around):
    """State first, events later: sometimes the function dies between the two."""

    def __init__(self, store: SimulatedStore) -> None:
        super().__init__(store)
        self.commits = 0

    def commit(self, writes: Sequence[Write]) -> None:
        state = [write for write in writes if write.key[1] != "OUTBOX"]
        events = [write for write in writes if write.key[1] == "OUTBOX"]
        self.commits += 1
        self.store.commit(state)
        if events and self.commits % 5 == 0:
            raise Crash("between state and events")
        self.store.commit(events)


class LastWriteWins(Around):
    """Whoever writes last is right, whatever was read before."""

    def commit(self, writes: Sequence[Write]) -> None:
        stored = self.store.get([write.key for write in writes])
        known = {write.key: int(stored.get(write.key, {}).get("rev", 0)) for write in writes}
        self.store.commit([write._replace(revision=known[write.key]) for write in writes])


def of(wanted: str, make: Callable[[SimulatedStore], Around]) -> Variant:
    """The table of this service is another one; of every service where it is empty."""
    return lambda service, store: make(store) if wanted in ("", service) else store
