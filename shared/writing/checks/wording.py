"""How a draft is worded: places that nobody filled, claims, its length, its tone; pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from shared.writing.checks.given import Given
from shared.writing.checks.words import Span, Text

WORDS = (25, 220)  # of a body, fewest and most
_GREETING = 60  # characters of a first line that are shown
_UNFILLED = re.compile(
    r"\{\{|\}\}|\{[a-z_ ]{2,30}\}|\$\{\w+\}|%\(\w+\)s|\[[A-Za-z][^\]\n]{1,40}\](?!\()|<[a-z_ ]{2,30}>|‹[a-z_ ]{2,30}›"
    r"|\blorem ipsum\b|\bundefined\b|\bnull\b|\bNaN\b|\bTBD\b|_{3,}|(?-i:\bX{3,}\b)",
    re.IGNORECASE,
)
_UNGREETED = re.compile(r"\s*(?:dear|hi|hello|hey) ,", re.IGNORECASE)
_PUSHY = re.compile(
    r"\b(?:act now|buy now|hurry|last chance|limited[- ]time|don['’]t miss|do not miss|before it['’]s too late|"
    r"once in a lifetime|risk[- ]free|no obligation|guaranteed?|100 ?% (?:free|satisfaction)|urgent(?:ly)?|immediately|"
    r"right now|you must|exclusive offer|free money|cash bonus|unbeatable|amazing deal)\b|!{2,}",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"\b[A-Z]{4,} [A-Z]{4,}\b")


def placeholders(draft: Text, given: Given) -> Iterator[Span]:
    """Places that somebody forgot to fill; what the company itself writes so is meant so."""
    ungreeted = _UNGREETED.match(draft.whole, len(draft.subject) + 1)
    if ungreeted:
        yield Span(*ungreeted.span())
    yield from not_own(_UNFILLED, draft, given.own)


def forbidden_claims(draft: Text, given: Given) -> Iterator[Span]:
    """What the company's settings forbid to say, whoever says it."""
    if given.company.forbidden_claims:
        for found in _claims(given.company.forbidden_claims).finditer(draft.whole):
            yield Span(*found.span())


def wrong_length(draft: Text, given: Given) -> Iterator[Span]:
    words = len(draft.body.split())
    if not WORDS[0] <= words <= WORDS[1]:
        yield Span(len(draft.subject) + 1, len(draft.whole), f"{words} words")


def pushy(draft: Text, given: Given) -> Iterator[Span]:
    offer = given.company.offer.lower()
    yield from not_own(_PUSHY, draft, offer)
    yield from not_own(_SHOUTED, draft, offer)


def missing_name(draft: Text, given: Given) -> Iterator[Span]:
    greeting = draft.body.lstrip().partition("\n")[0]
    if given.given_name and given.given_name.lower() not in greeting.lower():
        start = len(draft.subject) + 1 + len(draft.body) - len(draft.body.lstrip())
        yield Span(start, start + len(greeting[:_GREETING]))


def not_own(pattern: re.Pattern[str], draft: Text, own: str) -> Iterator[Span]:
    """Where the pattern is found in words that are not the company's own, which are in lower case."""
    return (Span(*found.span()) for found in pattern.finditer(draft.whole) if found[0].lower() not in own)


@lru_cache(maxsize=8)
def _claims(forbidden: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these claims as a whole, whether its words are joined by spaces, hyphens or nothing that is seen."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_claim, forbidden))})(?!\w)", re.IGNORECASE)


def _claim(forbidden: str) -> str:
    words = r"[\s\u2010-\u2015-]+".join(re.escape(word) for word in re.split(r"[\s-]+", forbidden.rstrip("*").strip()))
    return words + (r"\w*" if forbidden.endswith("*") else "")
