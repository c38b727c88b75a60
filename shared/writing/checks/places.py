"""Where a draft leads to: links, addresses, telephones, and the way into somebody's house; pure."""

import re
from collections.abc import Iterator

from shared.writing.checks.given import Given, host
from shared.writing.checks.located import located
from shared.writing.checks.words import Span, Text

_STREET = re.compile(
    r"\b\d{1,5}[a-z]?,? (?:[A-Z][\w'’-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Court|Way|Close)\b"
    r"|\b[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|weg|gasse|platz|allee) \d{1,4}[a-z]?\b"
)
_WAY_IN = re.compile(
    r"\b(?:codes?|pin|passwords?|combination)\b[^.\n]{0,20}?(\d{3,8})\b|\bkeys? (?:is |are |lies? )?(?:under|behind|below)\b",
    re.IGNORECASE,
)


def foreign_links(draft: Text, given: Given) -> Iterator[Span]:
    """Links elsewhere; what only looks like the company's host is elsewhere too."""
    for span in located(draft.whole).links:
        link = draft.said_at(span)
        if host(link) not in given.hosts or (":" in link and not link.lower().startswith(("http://", "https://"))):
            yield span


def personal_data(draft: Text, given: Given) -> Iterator[Span]:
    """Addresses and telephones that are not the company's, and what would open somebody's door."""
    known = located(draft.whole)
    yield from (span for span in known.addresses if draft.said_at(span).lower().rstrip(".") not in given.addresses)
    yield from (span for span in known.telephones if re.sub(r"\D", "", draft.said_at(span)) not in given.digits)
    for found in _STREET.finditer(draft.whole):
        if found[0].lower() not in given.own:
            yield Span(*found.span())
    for found in _WAY_IN.finditer(draft.whole):
        if (found[1] or "key") in given.notes.lower():
            yield Span(*found.span())
