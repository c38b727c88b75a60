"""What a mail states that nobody told its writer: figures, dates, names, how the customer liked the job; pure."""

import re
from collections.abc import Iterator

from infra.local.given import Given, figures, plain

_PROMISED = re.compile(r"(?:EUR|USD|[€$£])\s?(\d[\d.,]*)|(\d[\d.,]*)\s?(?:%|percent|EUR|USD|euros?|dollars?|[€$£])", re.I)
_LINK = re.compile(r"https?://\S+")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n+")

_CALENDAR = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b"
)
_VERBS = {"March", "May"}  # at the start of a sentence they are no months

_CAPITAL = re.compile(r"[^\W\d_a-zß-ÿ][\w-]*")
_ACTING = re.compile(r"([A-Z][\w-]*) (?:was|is|has|sends?|enjoyed|told|did|says|said|will|took|thanks)\b")
_GREETED = re.compile(r"\s*(?:dear|hi|hello|hey)\s+([^\W\d_][\w-]*)", re.I)
_ORDINARY = {
    "i", "eur", "usd", "ps", "dear", "hi", "hello", "hey", "thanks", "kind", "warm", "best", "all", "yours", "regards",
    "customer", "customers", "client", "sir", "madam", "friend", "neighbour", "neighbor", "team", "everyone",
    "everybody", "there", "again", "our", "your", "this", "that", "it", "he", "she", "they", "we", "you",
    "what", "who", "everything", "nobody", "somebody", "someone", "nothing", "mr", "mrs", "ms",
}

_HAPPY = re.compile(
    r"liked the result|\byou (?:are|were) (?:\w+ )?(?:happy|satisfied|pleased|delighted)|\byour (?:\w+ )?(?:rating|score|praise)"
)
_ONLY_HOPED = re.compile(r"\b(?:hope|if|whether|wish)\b")
_SORRY = re.compile(r"not everything was|\bdo better\b|\bapologi[sz]e|\bsorry (?:that|for|about)|did not go as")
_HAPPY_FROM = 4


def figure(text: str, given: Given) -> bool:
    """A number that is not given, or an amount or a percentage that at most a note names."""
    told = _LINK.sub("", text)
    promised = {plain(before or after) for before, after in _PROMISED.findall(told)}
    return not (figures(told) <= given.figures and promised <= figures(given.stated))


def day(text: str, given: Given) -> bool:
    """A month or a day of the week that no known date has."""
    named = {word.lower() for sentence in _sentences(text) for word in _calendar(sentence)}
    return not named <= given.days


def stranger(text: str, given: Given) -> bool:
    """A name that is not given."""
    found = [word for sentence in _sentences(_LINK.sub("", text)) for word in _names(sentence)]
    return any(not _known(word, given) for word in found)


def greeted(body: str, given: Given) -> bool:
    """Somebody else is greeted than the customer."""
    found = _GREETED.match(body)
    who = found[1] if found else ""
    return who[:1].isupper() and who.casefold() not in _ORDINARY and who not in given.name


def liked(text: str, given: Given) -> bool:
    """How the customer liked the job is told otherwise than the customer told it, or without having been told."""
    happy = any(_HAPPY.search(said) and not _ONLY_HOPED.search(said) for said in _sentences(text.lower()))
    if happy and (given.score or 0) < _HAPPY_FROM:
        return True
    return sorry(text) and (given.score or _HAPPY_FROM) >= _HAPPY_FROM


def sorry(text: str) -> bool:
    return bool(_SORRY.search(text.lower()))


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def _calendar(sentence: str) -> Iterator[str]:
    return (found[0] for found in _CALENDAR.finditer(sentence) if found.start() or found[0] not in _VERBS)


def _names(sentence: str) -> list[str]:
    """Words that are names by how they are written; a line in which every word has a capital tells nothing."""
    acting = _ACTING.findall(sentence) if _ACTING.match(sentence) else []
    long = [word for word in re.findall(r"[^\W\d_]+", sentence) if len(word) > 3]
    if long and all(word[0].isupper() for word in long):
        return acting[:1]
    later = [found[0] for found in _CAPITAL.finditer(sentence) if found.start()]
    return [word for word in later if not word.isupper()] + acting[:1]


def _known(word: str, given: Given) -> bool:
    said = word.casefold()
    return said in given.words or said in _ORDINARY or bool(_CALENDAR.fullmatch(word))
