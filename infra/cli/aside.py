"""A table beside the real one, in a file of its own: what folds would write is seen there and nowhere else."""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from shared.store import Item, Key, Refused, Store, Write
from shared.wire import from_wire, to_wire

_TABLE = "CREATE TABLE items (pk TEXT, sk TEXT, body BLOB, PRIMARY KEY (pk, sk)) WITHOUT ROWID"


class Aside:
    """Keeps what is written; what was never written here is read from the table ``below``, where there is one."""

    def __init__(self, below: Store | None = None) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # a temporary file that is gone when this ends
        self._db.execute(_TABLE)
        self._below = below
        self.writes = 0  # rows so far, those included that were written again

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What is written inside is only counted."""
        self._db.execute("SAVEPOINT attempt")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK TO attempt")
            self._db.execute("RELEASE attempt")

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(dict.fromkeys(keys))
        own = {key: body for key in wanted if (body := self._own(key)) is not None}
        others = self._below.get([key for key in wanted if key not in own]) if self._below else {}
        return others | {key: item for key, item in own.items() if item}

    def commit(self, writes: Sequence[Write]) -> None:
        stored = self.get(write.key for write in writes)
        refused = [w.key for w in writes if int(stored.get(w.key, {}).get("rev", 0)) != w.revision]
        if refused:
            raise Refused(refused)
        rows = [(*write.key, _body(write)) for write in writes if not write.check]
        self._db.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", rows)
        self.writes += len(rows)

    def keep(self, rows: Iterable[tuple[Key, Item]]) -> "Aside":
        """Rows as they are, whatever was here before."""
        self._db.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", ((*k, pickle.dumps(item)) for k, item in rows))
        return self

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int = 1000, newest_first: bool = False,
        index: str = "",
    ) -> list[Item]:
        found = {(row["pk"], row["sk"]): row for row in self._query_below(pk, prefix, after, index)}
        for key, item in self._items("" if index else pk):
            found.pop(key, None)
            if item:
                found[key] = {"pk": key[0], "sk": key[1], **item}
        names = (f"{index}_pk", f"{index}_sk") if index else ("pk", "sk")
        chosen = [
            row for row in found.values()
            if row.get(names[0]) == pk and str(row[names[1]]).startswith(prefix) and str(row[names[1]]) > after
        ]
        return sorted(chosen, key=lambda row: str(row[names[1]]), reverse=newest_first)[:limit]

    def written(self) -> Iterator[tuple[Key, Item]]:
        """All that was written here and still stands, by key."""
        return ((key, item) for key, item in self._items() if item)

    def _query_below(self, pk: str, prefix: str, after: str, index: str) -> list[Item]:
        return self._below.query(pk, prefix=prefix, after=after, limit=100_000, index=index) if self._below else []

    def _own(self, key: Key) -> Item | None:
        """What was written here under this key; empty where that was deleted, None where nothing was written."""
        row = self._db.execute("SELECT body FROM items WHERE pk = ? AND sk = ?", key).fetchone()
        return pickle.loads(row[0]) if row else None

    def _items(self, pk: str = "") -> Iterator[tuple[Key, Item]]:
        where, given = (" WHERE pk = ?", (pk,)) if pk else ("", ())
        for key0, key1, body in self._db.execute(f"SELECT pk, sk, body FROM items{where} ORDER BY pk, sk", given):
            yield (key0, key1), pickle.loads(body)


def _body(write: Write) -> bytes:
    """The item as DynamoDB would give it back; empty where it is deleted."""
    return pickle.dumps(from_wire(to_wire(write.item)) | {"rev": write.revision + 1} if write.item is not None else {})
