"""Events on disk, each once: any number of them can be counted, chosen and told in order, in little memory."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from infra.cli.recorded import Envelope
from infra.platform.event_log import row
from shared import mailbox
from shared.events import UpstreamFact
from shared.mailbox import Unreadable

_TABLE = """
CREATE TABLE told (
    event_id TEXT PRIMARY KEY, heard TEXT, ours INTEGER, occurred TEXT,
    kind TEXT, customer TEXT, story TEXT, cause TEXT, source TEXT, body TEXT
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (event_id) DO UPDATE SET heard = excluded.heard, body = excluded.body WHERE excluded.heard < heard
"""
_ORDER = "heard, ours, occurred, event_id"  # what is upstream is told first: ours may follow from it
_OF_CUSTOMER = "(coalesce(customer, '') = :customer OR story IN (SELECT story FROM told WHERE customer = :customer))"


class Spool:
    """What was told, in a file that is gone when this ends.

    An event that was recorded twice is there once, when it was first heard.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a temporary file of its own
        self._db.execute(_TABLE)

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM told").fetchone()[0])

    def add(self, envelopes: Iterable[Envelope]) -> "Spool":
        self._db.executemany(_ADD, map(_row, envelopes))
        return self

    def keep(self, since: datetime, until: datetime, kinds: Sequence[str] = (), customer: str = "") -> "Spool":
        """Only what was said from one moment until before another, of these kinds, about this customer."""
        wanted = ["heard >= :since", "heard < :until"]
        wanted += [f"kind IN ({', '.join(f':kind{n}' for n, _ in enumerate(kinds))})"] if kinds else []
        wanted += [_OF_CUSTOMER] if customer else []
        given = {"since": _moment(since), "until": _moment(until), "customer": customer}
        given |= {f"kind{number}": kind for number, kind in enumerate(kinds)}
        self._db.execute(f"DELETE FROM told WHERE NOT ({' AND '.join(wanted)})", given)
        return self

    def kinds(self) -> dict[str, int]:
        """How many of each detail-type there are."""
        return dict(self._db.execute("SELECT kind, count(*) FROM told GROUP BY kind ORDER BY kind"))

    def in_order(self) -> Iterator[Envelope]:
        """As they came over the bus; causes before what follows from them."""
        return (json.loads(body) for (body,) in self._db.execute(f"SELECT body FROM told ORDER BY {_ORDER}"))


    def touched(self, since: datetime) -> set[str]:
        """The partitions of whom and of what something was said since a moment."""
        told = self._db.execute("SELECT customer, story FROM told WHERE heard >= ?", (_moment(since),))
        return {name for customer, story in told for name in _partitions(customer, story)}

    def as_handled(self, source: str) -> Iterator[tuple[datetime, Envelope]]:
        """In the order in which whoever speaks as ``source`` handled them, as far as it said something because of them.

        With each the moment of that; where nothing was said, the moment when it came over the bus. Their own words stand
        where they were said.
        """
        self._db.execute("CREATE INDEX IF NOT EXISTS causes ON told (cause, source, occurred)")
        told = self._db.execute(
            "SELECT CASE WHEN source = :source THEN occurred ELSE coalesce((SELECT min(said.occurred) FROM told AS said "
            "WHERE said.cause = told.event_id AND said.source = :source), heard) END AS handled, body "
            f"FROM told ORDER BY handled, {_ORDER}", {"source": source},
        )
        return ((datetime.fromisoformat(handled), json.loads(body)) for handled, body in told)


def _partitions(customer: str, story: str) -> Iterator[str]:
    yield f"CUSTOMER#{customer}"
    yield f"AGENT#{story.removeprefix('agent-')}"
    yield from (f"{room}#{story}" for room in ("REFERRAL", "ROLLOUT", "EVALUATION", "CASE"))


def heard_at(envelope: Envelope) -> datetime | None:
    """When the bus took the event, to the second; None where its envelope does not say."""
    told = envelope.get("time")
    return datetime.fromisoformat(told) if isinstance(told, str) else None


def _row(envelope: Envelope) -> tuple[Any, ...]:
    known = _index(envelope)
    ours = not envelope["source"].startswith(UpstreamFact.source)
    heard = heard_at(envelope) or datetime.fromisoformat(known["occurred_at"])
    return (
        known["event_id"], _moment(heard), ours, known["occurred_at"], known["detail_type"], known.get("customer_pk"),
        known["correlation_id"], known["causation_id"], known["source"], json.dumps(envelope),
    )


def _index(envelope: Envelope) -> dict[str, Any]:
    """What the log's table knows of an event."""
    try:
        return row(mailbox.delivery({"messageId": "", "body": json.dumps(envelope)}), "", "")
    except Unreadable:
        raise ValueError("no event") from None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
