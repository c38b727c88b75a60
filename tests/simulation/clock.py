"""Virtual time, which passes only when the scheduler says so."""

from datetime import UTC, datetime, timedelta, tzinfo

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


class VirtualClock:
    """Stands in for ``datetime`` in shared/clock.py; ``skew`` is how wrong the clock of the running function is."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.skew = 0.0
        self._latest = 0.0, START  # the moment that was asked for last, for it is asked for again and again

    def now(self, zone: tzinfo | None = None) -> datetime:
        seconds = self.seconds + self.skew
        if self._latest[0] != seconds:
            self._latest = seconds, START + timedelta(seconds=seconds)
        return self._latest[1] if zone is UTC else self._latest[1].astimezone(zone)

    def true(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
