"""Where links, addresses, dates, telephones and plain figures stand in a mail: each character is one of them at most; pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.writing.checks.numbers import Written, figures, written_dates
from shared.writing.checks.words import Span, blanked

_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+(?:@| ?[(\[](?:at|@)[)\]] ?)[\w-]+(?:\.[\w-]+)+")
_ENDS = (
    "ai|app|at|au|be|biz|ca|cc|ch|click|club|cn|co|com|de|dev|es|eu|fr|gg|gov|ie|icu|info|io|it|link|live|ly|me|net|"
    "nl|nz|online|org|page|pl|pw|ru|se|shop|site|store|tech|top|tv|uk|us|vip|ws|xyz|zip"
)
_PATH = r"[^\s<>\"')\]]"
_LINK = re.compile(
    rf"(?i:\b[a-z][a-z0-9+.-]{{0,20}}://{_PATH}+|\bwww\.{_PATH}+"
    rf"|(?<![\w.-])(?:javascript|vbscript|file|blob|tel|sms):{_PATH}+|(?<![\w.-])data:[a-z]+[/;,]{_PATH}+)"
    rf"|(?<![@\w.-])(?:[\w-]+\.)+(?:[a-z]{{2,}}/{_PATH}+"
    rf"|(?:{_ENDS}|(?i:biz|cn|com|de|info|io|net|org|ru|uk|xyz))\b(?:/{_PATH}*)?(?![\w@]))"
)
_TELEPHONE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(?0)?\(?\d[\d ()/-]{5,}\d(?![\w-])")
_TELEPHONE_DIGITS = range(7, 16)
_YEARS = re.compile(r"\b(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d\b")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_HARMLESS = re.compile(r"\b(?:[1-9]|10)[ -](?:minutes?|moments?|seconds?|clicks?|steps?)\b|\b24/7\b", re.IGNORECASE)


@dataclass(frozen=True)
class Located:
    """What was found; ``bare`` is the text with everything filled that is no plain word and no plain figure."""

    links: list[Span]
    addresses: list[Span]
    dates: list[Written]
    telephones: list[Span]
    figures: list[Span]
    bare: str


@lru_cache(maxsize=8)
def located(text: str) -> Located:
    """Numbers of lists and those in harmless phrases are left out."""
    addresses, linked = _all(_ADDRESS, text), links(text)
    bare = blanked(text, [*addresses, *linked])
    for harmless in (_LIST_NUMBER, _HARMLESS):
        bare = blanked(bare, _all(harmless, bare))
    dates = list(written_dates(bare))
    bare = blanked(bare, dates)
    telephones = _telephones(blanked(bare, _all(_YEARS, bare)))
    bare = blanked(bare, telephones)
    return Located(linked, addresses, dates, telephones, [Span(*found.span()) for found in figures(bare)], bare)


def links(text: str) -> list[Span]:
    """Whatever a mail program may make a link of."""
    return [_without_stop(text, span) for span in _all(_LINK, text)]


def _telephones(text: str) -> list[Span]:
    """Runs of digits as long as a telephone number."""
    found = _all(_TELEPHONE, text)
    return [span for span in found if sum(map(str.isdigit, text[span.start : span.end])) in _TELEPHONE_DIGITS]


def _all(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [Span(*found.span()) for found in pattern.finditer(text)]


def _without_stop(text: str, link: Span) -> Span:
    return Span(link.start, link.start + len(text[link.start : link.end].rstrip(".,;:!?")))
