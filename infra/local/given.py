"""A mail that is judged, and what it may be written from; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10",
}
_MOMENT = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?")


@dataclass(frozen=True)
class Given:
    """What is known: facts and company by dotted path, and what the crew typed."""

    facts: dict[str, Any]
    company: dict[str, Any]
    notes: str

    @property
    def name(self) -> str:
        return str(self.facts.get("given_name") or "")

    @property
    def service(self) -> str:
        return str(self.facts.get("service") or "").replace("_", " ")

    @cached_property
    def stated(self) -> str:
        """What facts and company say, as text; their dates without the time of day."""
        return _MOMENT.sub(r"\1", " ".join(str(value) for value in (*self.facts.values(), *self.company.values())))

    @cached_property
    def score(self) -> int | None:
        """What the customer said of this very job, from 1 to 5."""
        said = re.match(r"\s*(\d)", str(self.facts.get("satisfaction") or ""))
        return int(said[1]) if said else None

    @cached_property
    def figures(self) -> set[str]:
        return figures(f"{self.stated} {self.notes}")

    @cached_property
    def words(self) -> set[str]:
        """Every word of the facts, the company and the note, in lower case."""
        return set(re.findall(r"[\w-]+", f"{self.stated} {self.notes}".replace("_", " ").casefold()))

    @cached_property
    def days(self) -> set[str]:
        """Months and days of the week of the dates that are known, in lower case."""
        return {day.strftime(form).lower() for day in _dates(self.stated) for form in ("%A", "%B")} | self.words


@dataclass(frozen=True)
class Draft:
    """A mail that is judged."""

    subject: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.subject}\n{self.body}"

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def words(self) -> int:
        return len(self.body.split())


def figures(text: str) -> set[str]:
    """The numbers in a text, also those in words; of one with decimals also its whole part, which is how people name it."""
    written = [part for number in _NUMBER.findall(text) for part in (plain(number), *plain(number).split("."))]
    return {*written, *(_NUMBER_WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _NUMBER_WORDS)}


def plain(number: str) -> str:
    """A number without what does not change it: 07, 149.00 and 1,049,50 as 7, 149 and 1049.5."""
    whole, _, part = _THOUSANDS.sub("", number.strip(".,")).replace(",", ".").partition(".")
    return f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")


def _dates(text: str) -> Iterator[date]:
    for found in _MOMENT.findall(text):
        try:
            yield date.fromisoformat(found)
        except ValueError:
            continue
