"""From the live table to the rebuilt one: rows that differ are written, each customer's together, and can be taken back.

A row is only written as it was when it was compared, so that nothing that happens meanwhile is lost. Where the live table
has a row that the log does not know, or something was said a moment ago, that customer is left alone.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.cli.aside import Aside
from infra.cli.rebuilding import Difference
from shared.store import MAX_WRITES, Item, Key, Refused, Store, Write
from shared.wire import from_wire, to_wire

Groups = dict[str, list[Difference]]


@dataclass
class Switched:
    """What was written, and which partitions were left as they are and why; ``before`` takes it back."""

    rows: int = 0
    left: dict[str, str] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        return {"switched": self.rows, "left": self.left}


def switch(differences: Sequence[Difference], live: Aside, fresh: Aside, moving: set[str], store: Store) -> Switched:
    """Write what differs, a partition or a customer at a time."""
    done, ours = Switched(), [one for one in differences if not one.stays]
    done.left = {"/".join(one.key): one.stays for one in differences if one.stays}
    for owner, group in _grouped(ours, live, fresh).items():
        why = _refusal(owner, group, moving)
        if why or not _write(group, store):
            done.left[owner] = why or "it changed while it was compared"
            continue
        done.rows += len(group)
        done.before += [_memory(one) for one in group]
    return done


def undo(lines: Iterable[str], store: Store) -> Switched:
    """Take back what a switch wrote; a row that changed since then stays."""
    done = Switched()
    for told in map(json.loads, lines):
        key = (told["pk"], told["sk"])
        try:
            store.commit([Write(key, from_wire(told["before"]) if told["before"] else None, told["rev"])])
            done.rows += 1
        except Refused:
            done.left["/".join(key)] = "it changed since the switch"
    return done


def remember(done: Switched, path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in done.before))


def _grouped(differences: Iterable[Difference], live: Aside, fresh: Aside) -> Groups:
    groups: Groups = defaultdict(list)
    for one in differences:
        groups[_owner(one.key, live, fresh)].append(one)
    return groups


def _owner(key: Key, live: Aside, fresh: Aside) -> str:
    """The partition that a row must agree with: a job's is that of the customer for whom it was counted."""
    counted = (key[0], "COUNTED")
    row: Item = fresh.get([counted]).get(counted) or live.get([counted]).get(counted) or {}
    return f"CUSTOMER#{row['customer_id']}" if "customer_id" in row else key[0]


def _refusal(owner: str, group: list[Difference], moving: set[str]) -> str:
    if owner in moving:
        return "something was said about it a moment ago"
    if any(one.rebuilt is None for one in group):
        return "the log does not know all of it"
    return "it has too many rows for one transaction" if len(group) > MAX_WRITES else ""


def _write(group: list[Difference], store: Store) -> bool:
    try:
        store.commit(list(_writes(group)))
    except Refused:
        return False
    return True


def _writes(group: list[Difference]) -> Iterator[Write]:
    """What says when something became known stays as the live table has it."""
    for one in group:
        before, after = one.live or {}, one.rebuilt or {}
        known = {name: before[name] for name in one.clock & set(before)}
        yield Write(one.key, after | known, int(before.get("rev", 0)))


def _memory(one: Difference) -> dict[str, Any]:
    revision = int((one.live or {}).get("rev", 0))
    return {"pk": one.key[0], "sk": one.key[1], "rev": revision + 1, "before": to_wire(one.live) if one.live else None}
