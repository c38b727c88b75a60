"""A look at all that only time says: mails that waited long enough, and drafts that waited too long."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from services.orchestrator import announcements, asks, endings, pause, table
from services.orchestrator.model import UNSENT, Referral
from services.orchestrator.mailing import Mailing
from shared import clock
from shared.commit import run
from shared.events import Metadata
from shared.observe import Observer
from shared.store import Store
from shared.unit import Unit

_MOST = 1000  # of each that one round looks at; the next one goes on
_PAGE = 100
_OLDEST = 10  # referrals of which one has the oldest draft, unless all of them were drafted anew
Look = Callable[[str, Unit], bool]


class NotLooked(Exception):
    """Some referrals could not be looked at; the log names them, and the next round looks again."""


class Round:
    """One look; each referral in a transaction of its own, so that one that can't be looked at holds up no other."""

    def __init__(self, store: Store, mailing: Mailing, now: clock.Clock = clock.now) -> None:
        self.store = store
        self.mailing = mailing
        self.now = now
        self.observer = Observer("orchestrator")
        self.failed = 0

    def go(self) -> dict[str, int]:
        """How many may leave now, and how many drafts expired; raises NotLooked where some could not be looked at."""
        woken = 0 if pause.stands(self.store) else self._all(asks.due(self.store, self.now(), _MOST), _wake)
        expired = self._all(list(self._old()), self._expire)
        self.observer.count("WaitsEnded", woken)
        self.observer.count("DraftsExpired", expired)
        self.observer.count("LooksFailed", self.failed)
        self.observer.measure("OldestReview", self._longest_wait(), "Seconds", {})
        self.observer.flush()
        if self.failed:
            raise NotLooked(f"{self.failed} referrals")
        return {"woken": woken, "expired": expired}

    def _all(self, ids: list[str], look: Look) -> int:
        return sum(self._looked(referral_id, look) for referral_id in ids)

    def _looked(self, referral_id: str, look: Look) -> bool:
        try:
            return run(partial(look, referral_id), partial(self._unit, referral_id))
        except Exception as error:
            self.observer.failure("look failed", error, referral_id=referral_id)
            self.failed += 1
            return False

    def _longest_wait(self) -> float:
        """Seconds that a draft waits for a reviewer; 0 where none does."""
        waiting = table.queue(self.store, "in_review", "", _OLDEST)
        return max(((self.now() - (one.drafted_at or one.created_at)).total_seconds() for one, _ in waiting), default=0.0)

    def _old(self) -> Iterator[str]:
        """Drafts that may have expired: as old as their referral at most, so those of younger referrals have not."""
        for status in UNSENT:
            yield from (referral.referral_id for referral in self._oldest(status, self.now() - self.mailing.review_window))

    def _oldest(self, status: str, before: datetime) -> Iterator[Referral]:
        after, seen = "", 0
        while seen < _MOST and (page := table.queue(self.store, status, after, _PAGE)):
            yield from (referral for referral, _ in page if referral.older_than(self.mailing.review_window, self.now()))
            after, seen = page[-1][1], seen + len(page)
            if page[-1][0].created_at > before:
                return

    def _expire(self, referral_id: str, unit: Unit) -> bool:
        """As it is now, not as the index showed it."""
        referral = table.referral(unit, referral_id)
        old = referral is not None and referral.older_than(self.mailing.review_window, self.now())
        if old:
            endings.ended(unit, referral, "expired")
        return old

    def _unit(self, referral_id: str) -> Unit:
        unit = Unit(self.store, "referral.orchestrator", self.now)
        unit.begin(Metadata(event_id=clock.new_id(), occurred_at=self.now(), correlation_id=referral_id, producer="schedule"))
        return unit


def _wake(referral_id: str, unit: Unit) -> bool:
    """Say once that a mail need not wait any more; whether it leaves is decided by whoever hears it."""
    if not asks.woken(unit, referral_id):
        return False
    referral = table.referral(unit, referral_id)
    waits = referral is not None and referral.status == "approved"
    if waits:
        unit.announce(announcements.wait_ended(referral))
    return waits
