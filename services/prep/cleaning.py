"""What of a person's input may go on: a given name, a time zone; pure."""

import re
import unicodedata
from zoneinfo import ZoneInfo

_NAME_LENGTH = 40
_NAME_SIGNS = "'\u2019-."
_NO_NAMES = frozenset({
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "herr", "frau", "family", "familie",
    "customer", "unknown", "undefined", "null", "none", "nan", "test",
})
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")


def one_line(text: str) -> str:
    """The text with line breaks, control characters and runs of spaces as single spaces, invisible signs taken out."""
    return " ".join("".join(_visible(sign) for sign in unicodedata.normalize("NFC", text)).split())


def given_name(name: str | None) -> str | None:
    """The first word of a name, where it can stand in a greeting."""
    first = one_line((name or "")[:1000]).partition(" ")[0]
    usable = 0 < len(first) <= _NAME_LENGTH and first[0].isalpha() and all(_in_name(sign) for sign in first)
    return first if usable and first.casefold().strip(".") not in _NO_NAMES else None


def time_zone(name: str | None) -> str | None:
    """The name, where it is one of the IANA time zones."""
    if not name or not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return None


def _visible(sign: str) -> str:
    category = unicodedata.category(sign)
    return "" if category == "Cf" else " " if category[0] in "CZ" else sign


def _in_name(sign: str) -> bool:
    return sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LM"
