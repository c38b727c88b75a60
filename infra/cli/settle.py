"""What became of the jobs of one run, from the event log alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.cli.health import Health
from infra.cli.log import Cursor, EventLog
from infra.cli.session import Account

_QUIET_SECONDS = 1.5  # after which a story may be one that ended before
_SILENT_SECONDS = 15.0  # longer than the coldest function takes to say something
_POLL_SECONDS = 0.3
_SHARE = 5  # looking takes at most a sixth of the time, so that whoever looks does not hold up what it waits for
Ends = frozenset[str]


@dataclass
class Outcomes:
    """How many referrals reached which point, counted by the events that say so."""

    reached: dict[str, set[str]] = field(default_factory=dict)
    decisions: dict[str, set[str]] = field(default_factory=dict)
    ended_before: set[str] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)

    def learn(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self.reached.setdefault(row["detail_type"], set()).add(row["correlation_id"])
            decision = row["data"].get("decision") if row["detail_type"] == "ReferralReviewed" else None
            if decision:
                self.decisions.setdefault(decision, set()).add(row["correlation_id"])

    def ended(self, ends: Ends) -> set[str]:
        return self.ended_before.union(*(self.reached.get(detail_type, ()) for detail_type in ends))

    def count(self, detail_type: str) -> int:
        return len(self.reached.get(detail_type, ()))

    def decided(self, decision: str) -> int:
        return len(self.decisions.get(decision, ()))


Told = Callable[[Outcomes], None]


class Watch:
    """Follows the event log of an account from a moment on."""

    def __init__(self, account: Account, cursor: Cursor) -> None:
        self.outcomes = Outcomes()
        self.last_heard = 0.0
        self._log = EventLog(account)
        self._health = Health(account)
        _, self._cursor = self._log.events_since(cursor)  # what was recorded just before belongs to somebody else

    def look(self) -> bool:
        """Learn what is new; whether there was anything."""
        rows, self._cursor = self._log.events_since(self._cursor)
        self.outcomes.learn(rows)
        self.last_heard = time.monotonic() if rows else self.last_heard
        return bool(rows)

    def until(self, stories: set[str], ends: Ends, seconds: float, told: Told = lambda outcomes: None) -> bool:
        """Wait until each of these stories has come to one of these ends, now or in an earlier run.

        False where time ran out, or where nothing moves any more and some have not.
        """
        deadline, silent_since = time.monotonic() + seconds, time.monotonic()
        while missing := stories - self.outcomes.ended(ends):
            now = time.monotonic()
            if self.look() or self._health.busy():
                silent_since = now
            elif now - silent_since > _QUIET_SECONDS:
                self._remember(missing, ends)
            told(self.outcomes)
            took = time.monotonic() - now
            if now > deadline or now - silent_since > _SILENT_SECONDS:
                return not stories - self.outcomes.ended(ends)
            time.sleep(max(_POLL_SECONDS, _SHARE * took))
        return True

    def _remember(self, missing: set[str], ends: Ends) -> None:
        """A job that was known before makes no new events: its story has ended in an earlier run."""
        for story in missing - self.outcomes.looked_up:
            self.outcomes.looked_up.add(story)
            if any(row["detail_type"] in ends for row in self._log.story(story)):
                self.outcomes.ended_before.add(story)
