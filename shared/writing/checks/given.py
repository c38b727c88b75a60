"""What a writer was given, as the checks look things up in it; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from email.utils import parseaddr
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlsplit

from shared.events.features import Features
from shared.events.prep import ReferralPrepared
from shared.writing.checks.numbers import dates, figures, readings
from shared.writing.company import Company
from shared.writing.crew import Crew
from shared.writing.prompt import facts

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\S*")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?")

_ROUND_BELOW = 10**9


@dataclass(frozen=True)
class Given:
    """The facts and the company as the writer saw them, and the crew's notes, which are material and no instruction."""

    facts: dict[str, Any]
    notes: str
    company: Company
    recipient: str = ""  # the whole name, which no writer is given and a person who edits may use

    @classmethod
    def of(cls, prepared: ReferralPrepared, crew: Crew, company: Company, recipient: str | None = None) -> Self:
        return cls(all_facts(prepared, crew), crew.notes or "", company, recipient or "")

    def __hash__(self) -> int:
        return hash((self.notes, self.recipient, self.given_name))

    @property
    def given_name(self) -> str:
        return str(self.facts.get("given_name") or "")

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that the facts, the company's data or the recipient's name contain, in lower case."""
        return frozenset(word.lower() for word in _WORD.findall(f"{self._known} {self.recipient}"))

    @cached_property
    def promised(self) -> frozenset[Decimal]:
        """Every figure that may be named as money or percentage: notes and dates promise nothing."""
        named = _values(_DATE.sub("", f"{self.stated} {self.company.offer}"))
        return frozenset(named | {other for value in named for other in _rounded(value)})

    @cached_property
    def figures(self) -> frozenset[Decimal]:
        """Every figure that may be named, notes included, with what rounding and counting years make of them."""
        named = _values(f"{self._known} {self.notes}")
        rounded = {other for value in named for other in _rounded(value)}
        scale = {Decimal(5)} if "satisfaction" in self._known else set()
        return frozenset(self.promised | named | rounded | self._of_dates() | scale | {Decimal(1)})

    @cached_property
    def dates(self) -> frozenset[date]:
        return frozenset(dates(f"{self._known} {self.notes}"))

    @cached_property
    def own(self) -> str:
        """The company's own words in lower case: whatever they look like, they may be said."""
        return " ".join(self.company.said).lower()

    @cached_property
    def digits(self) -> str:
        """The company's own digits in a row, in which its telephone numbers are found."""
        return re.sub(r"\D", "", self.own)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The company's own e-mail addresses."""
        return frozenset(parseaddr(said)[1].lower() for said in (self.company.sender, self.company.unsubscribe_mailto))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Where a link may lead."""
        return frozenset(host(named) for named in (self.company.referral_url, *self.company.link_domains))

    @cached_property
    def stated(self) -> str:
        """All that the facts say, as one text."""
        return " ".join(_texts(self.facts))

    @cached_property
    def _known(self) -> str:
        """Facts and company as one text; of a moment only its date is a fact."""
        return _ISO_TIME.sub(r"\1", " ".join([self.stated, *self.company.said]))

    def _of_dates(self) -> set[Decimal]:
        years = {day.year for day in self.dates}
        apart = {abs(one - other) + more for one in years for other in years for more in (0, 1)}
        parts = {part for day in self.dates for part in (day.year, day.month, day.day)}
        return {Decimal(number) for number in parts | apart}


def all_facts(prepared: ReferralPrepared, crew: Crew) -> dict[str, Any]:
    """Everything that is true of the job, whichever of it a version asks for."""
    return facts(prepared, crew, sorted(Features.model_fields))


def host(url: str) -> str:
    """Whose link it is, however it is dressed up; empty where nobody can tell."""
    try:
        named = urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return named.removeprefix("www.")


def _values(text: str) -> set[Decimal]:
    return {value for figure in figures(text) for value in readings(figure[0])}


def _rounded(value: Decimal) -> Iterator[Decimal]:
    if value < _ROUND_BELOW:
        yield from (value.to_integral_value(way) for way in (ROUND_FLOOR, ROUND_CEILING))
        yield value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from (name, *_texts(part))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)
        yield from [str(value).replace("_", " ")] if "_" in str(value) else []  # a mail says a code in words
