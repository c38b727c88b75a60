"""When mails may leave, how often a customer is asked, and how long a draft may wait; pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_SATURDAY = 5
_LONGEST = 9  # days within which every quiet time ends once


def zone(name: str | None) -> ZoneInfo | None:
    """None where there is no such IANA time zone."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _known(name: str) -> str:
    if not zone(name):
        raise ValueError(f"{name!r} is no IANA time zone such as Europe/Berlin")
    return name


class Mailing(BaseModel):
    """What the company asks of every mail that leaves.

    Quiet hours are read off the clock on the customer's wall; the same time twice means none. ``time_zone`` is for
    customers of whom none is known. Asking every 0 days is no cap.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    quiet_from: time = time(0)
    quiet_until: time = time(0)
    quiet_weekends: bool = False
    time_zone: Annotated[str, AfterValidator(_known)] = "UTC"
    ask_every_days: Annotated[int, Field(ge=0)] = 0
    draft_days: Annotated[int, Field(ge=1)] = 14

    @property
    def between_asks(self) -> timedelta:
        return timedelta(days=self.ask_every_days)

    @property
    def review_window(self) -> timedelta:
        return timedelta(days=self.draft_days)

    def quiet_for(self, time_zone: str | None, now: datetime) -> datetime | None:
        """Until when it is quiet at a customer's, in UTC; None where a mail may leave now."""
        there = zone(time_zone) or ZoneInfo(self.time_zone)
        if not self._quiet(now.astimezone(there)):
            return None
        return next(at for at in self._ends(now, there) if not self._quiet(at.astimezone(there)))

    def _ends(self, now: datetime, there: ZoneInfo) -> Iterator[datetime]:
        """Every later moment at which a quiet time may be over, in UTC; where a clock leaps over it, the leap."""
        today = now.astimezone(there).date()
        for days in range(_LONGEST):
            yield from (at for at in self._on(today + timedelta(days=days), there) if at > now)

    def _on(self, day: date, there: ZoneInfo) -> list[datetime]:
        return [datetime.combine(day, at, there).astimezone(UTC) for at in sorted({time(0), self.quiet_until})]

    def _quiet(self, local: datetime) -> bool:
        if self.quiet_weekends and local.weekday() >= _SATURDAY:
            return True
        starts, ends, at = self.quiet_from, self.quiet_until, local.time()
        return starts <= at < ends if starts <= ends else not ends <= at < starts
