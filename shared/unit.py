"""Unit of work: what a reaction reads and decides becomes state + inbox + outbox in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from shared import clock
from shared.events import Event, Metadata
from shared.store import MAX_WRITES, Item, Key, Refused, Store, Write, outbox_key

MAX_DETAIL_BYTES = 256 * 1024  # below EventBridge's 1 MB entry and DynamoDB's 400 KB item, with room for both
_OUTBOX_SECONDS = 7 * 86_400  # the stream keeps a day; the rest is for whoever looks into a gap


class Duplicate(Exception):
    """This was done before; nothing is to be done."""


class Conflict(Exception):
    """Somebody else changed what was read; read and decide again."""


class TooLarge(Exception):
    """An event or a transaction is over our limit; refused before anything is written."""


class Unit:
    """Reads items once, gathers writes and announcements, and commits them together or not at all.

    ``cause`` is what everything is done because of; ``receives`` says how often its message came already.
    """

    def __init__(self, store: Store, producer: str, now: clock.Clock = clock.now) -> None:
        self.store = store
        self.producer = producer
        self.now = now
        self.receives = 1
        self.first = ""  # the cause that came first: of a batch, all have this in common
        self._items: dict[Key, Item | None] = {}
        self._revisions: dict[Key, int] = {}
        self._writes: dict[Key, Write] = {}
        self._proofs: set[Key] = set()

    def begin(self, cause: Metadata) -> None:
        """What follows happens because of this."""
        self.cause = cause
        self.first = self.first or cause.event_id
        self._announced = 0

    def fresh(self) -> "Unit":
        """An empty unit that goes on with the same cause, for what is committed after this one."""
        unit = Unit(self.store, self.producer, self.now)
        unit.cause, unit.receives, unit._announced = self.cause, self.receives, self._announced
        return unit

    def load(self, keys: Iterable[Key]) -> None:
        """Read these together, so that asking for each costs nothing."""
        unread = [key for key in keys if key not in self._items]
        found = self.store.get(unread) if unread else {}
        for key in unread:
            self._items[key] = found.get(key)
            self._revisions[key] = int((found.get(key) or {}).get("rev", 0))

    def item(self, key: Key) -> Item | None:
        """The item as it is, or as this unit is about to make it; None where there is none."""
        if key not in self._items:
            self.load([key])
        return self._items[key]

    def put(self, key: Key, item: Item) -> None:
        """Store the item, if nobody else changed it since it was read."""
        self.item(key)
        self._write(Write(key, item, self._revisions[key]))

    def delete(self, key: Key) -> None:
        self.item(key)
        self._write(Write(key, None, self._revisions[key]))

    def create(self, key: Key, item: Item) -> None:
        """Store an item that must not exist yet, without reading first."""
        if self._items.get(key) is not None:
            raise Conflict
        self._revisions.setdefault(key, 0)
        self._write(Write(key, item, 0))

    def once(self, key: Key, item: Item | None = None) -> None:
        """Store the proof that this was done; raises Duplicate where it stands already, now or at the commit."""
        if self._items.get(key) is not None:
            raise Duplicate
        self._proofs.add(key)
        self.create(key, item or {"at": self.now().isoformat()})

    def require(self, key: Key) -> None:
        """Commit only if this item is still as it was read."""
        self.item(key)
        self._writes.setdefault(key, Write(key, None, self._revisions[key], check=True))

    def announce(self, event: Event, about: str = "") -> Metadata:
        """Put the event into the outbox; its id follows from the cause, and from what it is ``about`` if given."""
        self._announced += 1
        number, now = about or self._announced, self.now()
        metadata = Metadata(
            event_id=clock.derived_id(self.producer, self.cause.event_id, event.detail_type(), number),
            occurred_at=now,
            correlation_id=event.correlation() or self.cause.correlation_id,
            causation_id=self.cause.event_id,
            version=event.contract_version,
            producer=self.producer,
            hops=self.cause.hops + 1,
        )
        self.publish(metadata.event_id, event.source, event.detail_type(), event.wrap(metadata))
        return metadata

    def publish(self, event_id: str, source: str, detail_type: str, detail: str) -> None:
        """Put a ready entry into the outbox; raises TooLarge before it could become a row that can't leave."""
        if len(detail.encode()) > MAX_DETAIL_BYTES:
            raise TooLarge(f"{detail_type} is over {MAX_DETAIL_BYTES} bytes")
        expires = int(self.now().timestamp()) + _OUTBOX_SECONDS
        row = {"source": source, "detail_type": detail_type, "detail": detail, "expires_at": expires}
        self.create(outbox_key(event_id), row)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Forget what happens inside if it raises."""
        before = dict(self._items), dict(self._revisions), dict(self._writes), set(self._proofs)
        try:
            yield
        except BaseException:
            self._items, self._revisions, self._writes, self._proofs = before
            raise

    def commit(self) -> None:
        """Write everything in one transaction; raises Duplicate or Conflict, and then nothing is written."""
        if len(self._writes) > MAX_WRITES:
            raise TooLarge(f"{len(self._writes)} writes in one transaction")
        writes = list(self._writes.values())
        if all(write.check for write in writes):
            return
        try:
            self.store.commit(writes)
        except Refused as refusal:
            raise (Duplicate if self._proofs & set(refusal.keys) else Conflict) from None
        self._forget()

    def _forget(self) -> None:
        """What is committed is no longer pending; reading it again shows what is stored."""
        for key in self._writes:
            self._items.pop(key, None)
            self._revisions.pop(key, None)
        self._writes.clear()
        self._proofs.clear()

    def _write(self, write: Write) -> None:
        self._writes[write.key] = write
        self._items[write.key] = write.item
