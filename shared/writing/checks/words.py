"""A mail's words, and places in them; pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Field = Literal["subject", "body", "notes", "facts", "mail"]
_FILLING = "¦"  # neither a letter nor a space: what stands on both sides of it stays apart


class Span(NamedTuple):
    """A place in a text; ``said`` is what is told of it where that is not what stands there."""

    start: int
    end: int
    said: str = ""


class Text(NamedTuple):
    """A mail's words; places in it count from the beginning of the subject, with one character after it."""

    subject: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.body}"

    def said_at(self, span: Span) -> str:
        return span.said or self.whole[span.start : span.end]

    def place(self, span: Span) -> tuple[Field, int, int]:
        """The field in which a place begins, and where it begins and ends there."""
        if span.start <= len(self.subject):
            return "subject", span.start, min(span.end, len(self.subject))
        before = len(self.subject) + 1
        return "body", span.start - before, span.end - before


def blanked(text: str, spans: Iterable[tuple[int, ...]]) -> str:
    """The text with these places filled, so that everything else stays where it is."""
    for start, end, *_ in spans:
        text = text[:start] + _FILLING * (end - start) + text[end:]
    return text
