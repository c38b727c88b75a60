"""A store in memory that promises what DynamoDB promises, for tests that read as stories."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Any

from shared.store import Item, Key, Refused, Write
from shared.wire import from_wire, to_wire


class MemoryStore:
    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.commits = 0
        self.reads = 0

    def get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        self.reads += 1
        return {key: deepcopy(self.items[key]) for key in keys if key in self.items}

    def commit(self, writes: Sequence[Write]) -> None:
        refused = [w.key for w in writes if self.items.get(w.key, {}).get("rev", 0) != w.revision]
        if refused:
            raise Refused(refused)
        self.commits += 1
        for write in writes:
            self._apply(write)

    def _apply(self, write: Write) -> None:
        if write.check:
            return
        if write.item is None:
            self.items.pop(write.key, None)
            return
        stored = from_wire(to_wire(write.item))  # as DynamoDB would give it back
        self.items[write.key] = stored | {"rev": write.revision + 1}

    def query(
        self, pk: str, *, prefix: str = "", after: str = "", limit: int = 1000, newest_first: bool = False,
        index: str = "",
    ) -> list[Item]:
        names = (f"{index}_pk", f"{index}_sk") if index else ("pk", "sk")
        rows: list[dict[str, Any]] = [{"pk": k[0], "sk": k[1], **deepcopy(v)} for k, v in self.items.items()]
        chosen = [
            row for row in rows
            if row.get(names[0]) == pk and str(row[names[1]]).startswith(prefix) and str(row[names[1]]) > after
        ]
        return sorted(chosen, key=lambda row: row[names[1]], reverse=newest_first)[:limit]


class Contended(MemoryStore):
    """Somebody else does something between what is read and what is written for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], Any]] = []

    def commit(self, writes: Sequence[Write]) -> None:
        if self.meanwhile:
            self.meanwhile.pop()()
        super().commit(writes)
