"""When sending stops by itself; pure, and all in whole numbers."""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel

from services.orchestrator.draft import Part

Why = Literal["bounces", "complaints", "by_hand"]
_MILLE = 1000


class Limits(BaseModel):
    """How much the recipients bear: shares in thousandths of the mails of so many days, taken of at least so many mails."""

    days: int = 7
    bounces_per_mille: int = 50
    bounces_of: int = 100
    complaints_per_mille: int = 1
    complaints_of: int = 2000


class Count(Part):
    """Mails whose fate is known, and which of them bounced for good or were called spam."""

    mails: int = 0
    bounced: int = 0
    complained: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            mails=self.mails + other.mails, bounced=self.bounced + other.bounced,
            complained=self.complained + other.complained,
        )

    def exceeds(self, limits: Limits) -> Why | None:
        """A share of few mails says little: it is taken of as many as limits want at least."""
        if self.complained * _MILLE >= limits.complaints_per_mille * max(self.mails, limits.complaints_of):
            return "complaints"
        much = self.bounced * _MILLE >= limits.bounces_per_mille * max(self.mails, limits.bounces_of)
        return "bounces" if much else None


class Tally(Part):
    """Counts by the day on which they were heard."""

    days: dict[str, Count] = {}

    def counted(self, more: Count, today: date, limits: Limits) -> Self:
        """What is older than the limits look back is forgotten."""
        oldest = (today - timedelta(days=limits.days - 1)).isoformat()
        kept = {day: count for day, count in self.days.items() if day >= oldest}
        return type(self)(days=kept | {today.isoformat(): kept.get(today.isoformat(), Count()) + more})

    @property
    def total(self) -> Count:
        return sum(self.days.values(), start=Count())


class Switch(Part):
    """Whether mails leave, and who or what stopped them."""

    paused: bool = False
    reason: Why | None = None
    by: str | None = None
    at: AwareDatetime | None = None
