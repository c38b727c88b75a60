"""Wait until nothing moves: what became of the jobs of one run, from the event log alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.cli.health import Health
from infra.cli.log import Cursor, EventLog
from infra.cli.session import Account

_QUIET_SECONDS = 1.5  # longer than an event takes from one service's table to the next one's queue
_POLL_SECONDS = 0.4


@dataclass
class Outcomes:
    """How many referrals reached which point, counted by the events that say so."""

    reached: dict[str, set[str]] = field(default_factory=dict)
    decisions: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self.reached.setdefault(row["detail_type"], set()).add(row["correlation_id"])
            decision = row["data"].get("decision") if row["detail_type"] == "ReferralReviewed" else None
            if decision:
                self.decisions.setdefault(decision, set()).add(row["correlation_id"])

    def count(self, detail_type: str) -> int:
        return len(self.reached.get(detail_type, ()))

    def decided(self, decision: str) -> int:
        return len(self.decisions.get(decision, ()))


class Watch:
    """Follows the event log of an account from a moment on."""

    def __init__(self, account: Account, cursor: Cursor) -> None:
        self.outcomes = Outcomes()
        self.last_heard = 0.0
        self._log = EventLog(account)
        self._health = Health(account)
        self._cursor = cursor

    def look(self) -> bool:
        """Learn what is new; whether there was anything."""
        rows, self._cursor = self._log.events_since(self._cursor)
        self.outcomes.learn(rows)
        self.last_heard = time.monotonic() if rows else self.last_heard
        return bool(rows)

    def until_quiet(self, seconds: float, told: Callable[[Outcomes], None] = lambda outcomes: None) -> bool:
        """Wait until all queues are empty and nothing more is said; False where time ran out first."""
        deadline = time.monotonic() + seconds
        quiet_since = time.monotonic()
        while time.monotonic() < deadline:
            if self.look() or self._health.busy():
                quiet_since = time.monotonic()
            told(self.outcomes)
            if time.monotonic() - quiet_since > _QUIET_SECONDS:
                return True
            time.sleep(_POLL_SECONDS)
        return False
