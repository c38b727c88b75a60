"""What a reviewer minds in a draft: invented facts, nothing personal, too many words, pressure, nothing to do; pure."""

import re

from infra.local import claims
from infra.local.given import Draft, Given
from infra.local.safety import links, without_links

_SHORTEST, _LONGEST = 30, 260  # words
_STEM = 5  # letters by which a word is known in another form: cleaning, cleaned
_MOST_SHOUTS = 3
_CONTENT_FROM = 3  # of 5

_THANKS = re.compile(r"\bthank|\bgrateful|\bappreciate")
_ASKS = re.compile(r"\b(?:friends?|neighbou?rs?|somebody|someone|anyone|family|recommend|refer|pass (?:it|this) on)\b")
_PUSHY = re.compile(
    r"\bact (?:now|fast|today)\b|\bhurry|\bdo(?: not|n't) miss\b|\blast chance\b|\blimited time\b|\bshort time\b|\burgent|"
    r"\bimmediately\b|\bbefore it is too late\b|\bright now\b|\btoday only\b|\bonly today\b|\bbuy now\b|\bclick here\b|"
    r"\bguaranteed?\b|\bonce in a lifetime\b|\byou (?:must|have to|owe)\b|!!"
)
_UNFILLED = re.compile(r"\{\{|\}\}|\[[a-z _]+\]", re.I)


def invents(draft: Draft, given: Given) -> bool:
    """A figure, a date, a name or an opinion that nobody gave."""
    told = (claims.figure, claims.day, claims.stranger, claims.liked)
    return any(wrong(draft.text, given) for wrong in told) or claims.greeted(draft.body, given)


def impersonal(draft: Draft, given: Given) -> bool:
    """The customer is not named, or the job is not, or there is hardly anything."""
    named = all(word[:_STEM] in draft.lower for word in given.service.lower().split())
    return given.name not in draft.body or not named or draft.words < _SHORTEST


def too_long(draft: Draft, given: Given) -> bool:
    return draft.words > _LONGEST


def presses(draft: Draft, given: Given) -> bool:
    """Pressure or shouting."""
    loud = [word for word in re.findall(r"\b[A-Z]{3,}\b", draft.text) if word.casefold() not in given.words]
    return bool(_PUSHY.search(draft.lower)) or draft.text.count("!") > _MOST_SHOUTS or len(loud) > 1


def cold(draft: Draft, given: Given) -> bool:
    """No thanks, or no word of regret for a customer who was not content."""
    unhappy = (given.score or _CONTENT_FROM) < _CONTENT_FROM
    return not _THANKS.search(draft.lower) or (unhappy and not claims.sorry(draft.text))


def asks_nothing(draft: Draft, given: Given) -> bool:
    """No request, no link to follow, no subject, or places that nobody filled."""
    asked = _ASKS.search(without_links(draft).lower())
    return not asked or not links(draft) or not draft.subject.strip() or bool(_UNFILLED.search(draft.text))
