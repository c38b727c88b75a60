"""The code in a mail's link, by which a friend's purchase is known to come from this mail."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from services.orchestrator.seal import seal

PARAMETER = "code"
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # none that looks like another one, and no vowels: no words
_LENGTH = 10  # 48 bits
_SPACING = re.compile(r"[\s-]+")


def code_of(referral_id: str) -> str:
    """The same for the same referral, and a riddle to whoever does not know the account's secret."""
    number, letters = int(seal("referral_code", referral_id), 16), ""
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return letters


def understood(said: str) -> str:
    """A code as somebody typed it off a screen."""
    return _SPACING.sub("", said).upper()


def linked(body: str, url: str, code: str) -> str:
    """The text, in which every link to the company's referral page has the code."""
    return re.sub(rf"{re.escape(url)}(?=[.,;:!?]*(?:[\s\"')\]>]|$))", lambda _: with_code(url, code), body)


def unlinked(text: str, url: str, code: str) -> str:
    """The text as it was before."""
    return text.replace(with_code(url, code), url)


def with_code(url: str, code: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), (PARAMETER, code)])
    return urlunsplit(parts._replace(query=query))
