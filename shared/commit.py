"""How work is done once: the proof that an event was handled, and a commit that decides anew after a conflict."""

from collections.abc import Callable
from typing import Any

from shared.events import Metadata
from shared.store import Key
from shared.unit import Conflict, Unit

_TRIES = 5  # how often a decision is made anew when others changed what it was based on


def inbox_key(metadata: Metadata) -> Key:
    """The row that proves that an event was handled; its id is ours or a business key's, never the transport's."""
    return f"INBOX#{metadata.event_id}", "INBOX"


def run(work: Callable[[Unit], Any], new_unit: Callable[[], Unit]) -> Any:
    """Do the work in a unit of its own and commit it; decide anew while others change what it was based on."""
    for _ in range(_TRIES - 1):
        try:
            return _committed(work, new_unit())
        except Conflict:
            continue
    return _committed(work, new_unit())


def _committed(work: Callable[[Unit], Any], unit: Unit) -> Any:
    result = work(unit)
    unit.commit()
    return result
