"""Figures and dates in a text, in the ways in which people write them; pure."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.writing.checks.words import blanked

_FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,'’]\d{3})*(?:[.,]\d+)?(?!\d)|(?<![\w.,])\d+")
_NUMERIC_DATE = re.compile(r"(?<![\w.])(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?![\w]|\.\d)")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "may" else name for name in _MONTHS)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(\d{4}))?"
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s+{_DAY}\b(?!\d){_YEAR}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b{_DAY}\.?\s+(?:of\s+)?({_MONTH})\b{_YEAR}", re.IGNORECASE)
_MONTH_AND_YEAR = re.compile(rf"\b({_MONTH})\.?,?\s+(\d{{4}})\b", re.IGNORECASE)

_SPELLED = (_MONTH_FIRST, _DAY_FIRST, _MONTH_AND_YEAR)


class Day(NamedTuple):
    """One reading of a date; what was left out is None."""

    year: int | None
    month: int
    day: int | None

    def is_one_of(self, known: frozenset[date]) -> bool:
        return any(
            self.month == day.month and self.year in (None, day.year, day.year % 100) and self.day in (None, day.day)
            for day in known
        )


class Written(NamedTuple):
    """A date where it stands, with the ways in which it may be read."""

    start: int
    end: int
    meanings: list[Day]


def figures(text: str) -> Iterator[re.Match[str]]:
    """Figures as written, without units; those that are glued to letters before them are parts of names."""
    return _FIGURE.finditer(text)


def readings(figure: str) -> set[Decimal]:
    """What a figure may mean: a point or a comma is a decimal mark for some and groups thousands for others."""
    bare = re.sub(r"['’]", "", figure).replace(",", ".")
    head, mark, tail = bare.rpartition(".")
    as_decimal = Decimal(f"{head.replace('.', '')}.{tail}" if mark else bare)
    grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", bare)
    return {as_decimal, Decimal(bare.replace(".", ""))} if grouped else {as_decimal}


def dates(text: str) -> Iterator[date]:
    """The full dates in a text of ours, which writes them year first."""
    for year, month, day in re.findall(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def written_dates(text: str) -> Iterator[Written]:
    """Every date in a mail."""
    for found in _NUMERIC_DATE.finditer(text):
        yield Written(*found.span(), list(_numeric(found)))
    for pattern in _SPELLED:
        found_here = [Written(*found.span(), [_spelled(found)]) for found in pattern.finditer(text)]
        yield from found_here
        text = blanked(text, found_here)


def _numeric(found: re.Match[str]) -> Iterator[Day]:
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    orders = [(first, middle, last)] if len(found[1]) == 4 else [(last, middle, first), (last, first, middle)]
    for year, month, day in orders:
        yield Day(year, month, day)


def _spelled(found: re.Match[str]) -> Day:
    parts = found.groups()
    month = next(part for part in parts if part and not part.isdigit())
    numbers = [int(part) for part in parts if part and part.isdigit()]
    day = next((number for number in numbers if number <= 31), None)
    year = next((number for number in numbers if number > 31), None)
    return Day(year, 1 + [name[:3] for name in _MONTHS].index(month[:3].lower()), day)
