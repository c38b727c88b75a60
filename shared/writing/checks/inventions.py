"""Figures and persons in a draft that nobody gave to its writer; pure."""

import re
from collections.abc import Iterator

from shared.writing.checks.given import Given
from shared.writing.checks.located import located
from shared.writing.checks.numbers import readings
from shared.writing.checks.words import Span, Text

_MONEY_BEFORE = re.compile(r"(?:\b(?:EUR|USD|GBP|CHF)|[€$£]) ?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r" ?(?:[%€$£]|(?:percent|per cent|EUR|USD|GBP|CHF|euros?|dollars?|pounds|francs)\b)", re.IGNORECASE)
_NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000,
}
_WORDED = re.compile(
    rf"\b({'|'.join(_NUMBER_WORDS)})[ -](?:percent|per cent|euros?|dollars?|pounds)\b", re.IGNORECASE,
)
_NAME = r"([A-Z][\w'’-]+(?:[ ](?!And\b)[A-Z][\w'’-]+)?)"
_SIGNED = re.compile(_NAME)
_GREETED = re.compile(rf"\s*(?:(?i:dear|hi|hello|hey|good (?:morning|afternoon|day|evening)))[ ,]+{_NAME}")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau)\.? {_NAME}")
_OF_THE_CREW = re.compile(
    rf"\b(?:technician|colleague|specialist|expert|craftsman|roofer|plumber|gardener|cleaner|installer),? {_NAME}"
)
_SENDS_REGARDS = re.compile(rf"(?:^|(?<=[.!?:] )){_NAME} (?:sends|enjoyed|says|said|was (?:glad|happy|pleased))\b", re.MULTILINE)
_GOODBYE = re.compile(
    r"(?i:\b(?:regards|wishes|sincerely|cheers|the best|thanks|yours|gratitude)),?[ ]*\n+"
    r"((?:[^\n.!?:]{1,45}\n*){1,3})\s*\Z"
)
_NOBODY = frozenset({
    "again", "all", "and", "at", "care", "company", "crew", "customer", "dr", "everybody", "everyone", "family",
    "folks", "frau", "friend", "friends", "from", "he", "herr", "home", "it", "madam", "miss", "mr", "mrs", "ms",
    "neighbor", "neighbour", "our", "service", "services", "she", "sir", "sirs", "staff", "team", "that", "the",
    "there", "they", "this", "valued", "we", "who", "you", "your",
})


def invented_figures(draft: Text, given: Given) -> Iterator[Span]:
    """Figures and dates that are neither given nor follow from what was given by rounding or counting years."""
    known = located(draft.whole)
    for written in known.dates:
        if not any(day.is_one_of(given.dates) for day in written.meanings):
            yield Span(written.start, written.end)
    for span in known.figures:
        allowed = given.promised if _promises(known.bare, span) else given.figures
        if not readings(draft.said_at(span)) & allowed:
            yield span
    for found in _WORDED.finditer(known.bare):
        if _NUMBER_WORDS[found[1].lower()] not in given.promised:
            yield Span(*found.span())


def invented_names(draft: Text, given: Given) -> Iterator[Span]:
    """Persons in the places where a mail names them: the greeting, after a title or a trade, and at the end."""
    before = len(draft.subject) + 1
    named = [found.span(1) for found in _named(draft)]
    for goodbye in _GOODBYE.finditer(draft.whole, before):
        named += [found.span(1) for found in _SIGNED.finditer(draft.whole, *goodbye.span(1))]
    for span in named:
        if _stranger(draft.whole[slice(*span)], given):
            yield Span(*span)


def _named(draft: Text) -> Iterator[re.Match[str]]:
    before, whole = len(draft.subject) + 1, draft.whole
    greeted = _GREETED.match(whole, before)
    if greeted:
        yield greeted
    yield from _TITLED.finditer(whole)
    yield from _OF_THE_CREW.finditer(whole, before)
    yield from _SENDS_REGARDS.finditer(whole, before)


def _promises(text: str, figure: Span) -> bool:
    """Whether a figure is money or a share of something."""
    before = text[max(0, figure.start - 5) : figure.start]
    return bool(_MONEY_AFTER.match(text, figure.end) or _MONEY_BEFORE.search(before))


def _stranger(name: str, given: Given) -> bool:
    plain = [re.sub(r"['’]s?$", "", word).lower() for word in name.split()]
    return any(word not in given.words and word not in _NOBODY for word in plain)
