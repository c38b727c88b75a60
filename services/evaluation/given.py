"""What a writer was given, as the checks look things up in it; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from email.utils import parseaddr
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from services.evaluation.numbers import dates, figures, readings
from shared.writing.company import Company

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?")

_ROUND_BELOW = 10**9


class Text(NamedTuple):
    """A mail's words."""

    subject: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.body}"


@dataclass(frozen=True)
class Given:
    """The facts and the company as the writer saw them, and the crew's notes, which are material and no instruction."""

    facts: dict[str, Any]
    notes: str
    company: Company

    @property
    def given_name(self) -> str:
        return str(self.facts.get("given_name") or "")

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that the facts or the company's data contain, in lower case."""
        return frozenset(word.lower() for word in _WORD.findall(self._known))

    @cached_property
    def figures(self) -> frozenset[Decimal]:
        """Every figure that may be named, notes included, with what rounding and counting years make of them."""
        named = {value for figure in figures(f"{self._known} {self.notes}") for value in readings(figure)}
        scale = {Decimal(5)} if "satisfaction" in self._known else set()
        return frozenset(named | {other for value in named for other in _rounded(value)} | self._of_dates() | scale)

    @cached_property
    def dates(self) -> frozenset[date]:
        return frozenset(dates(f"{self._known} {self.notes}"))

    @cached_property
    def digits(self) -> str:
        """The company's own digits in a row, in which its telephone numbers are found."""
        return re.sub(r"\D", "", " ".join(self.company.model_dump().values()))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The company's own e-mail addresses."""
        return frozenset(parseaddr(said)[1].lower() for said in (self.company.sender, self.company.unsubscribe_mailto))

    @cached_property
    def host(self) -> str:
        return host(self.company.referral_url)

    @cached_property
    def _known(self) -> str:
        """Facts and company as one text; of a moment only its date is a fact."""
        return _ISO_TIME.sub(r"\1", " ".join([*_texts(self.facts), *self.company.model_dump().values()]))

    def _of_dates(self) -> set[Decimal]:
        years = {day.year for day in self.dates}
        apart = {abs(one - other) + more for one in years for other in years for more in (0, 1)}
        parts = {part for day in self.dates for part in (day.year, day.month, day.day)}
        return {Decimal(number) for number in parts | apart}


def host(url: str) -> str:
    """Whose link it is, however it is dressed up."""
    named = urlsplit(url if "://" in url else f"//{url}").hostname or ""
    return named.removeprefix("www.")


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
