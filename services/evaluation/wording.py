"""How a draft is worded: instructions that leaked into it, its length, its tone; pure."""

import re
from collections.abc import Iterator

from services.evaluation.given import Given, Text

WORDS = (25, 220)  # of a body, fewest and most
_LEAKS = re.compile(
    r"(?:ignore|disregard|forget|override)[^.\n]{0,30}\b(?:previous|prior|above|earlier|all)\b[^.\n]{0,20}"
    r"\b(?:instructions?|prompts?|rules?|messages?)"
    r"|\bsystem prompt\b|\bas an? (?:AI|language model|assistant)\b|\blanguage model\b"
    r"|\b(?:customer_notes|given_name|feature_set|service_count|satisfaction_(?:avg|count)|completed_on|referral_url)\b"
    r"|\{\{|\}\}|```|\[[A-Za-z][^\]\n]{1,40}\](?!\()|[‹›]|</?[a-z_]+>"
    r"|\bwrite_referral_email\b|\blorem ipsum\b|\bundefined\b|\bnull\b",
    re.IGNORECASE,
)
_PUSHY = re.compile(
    r"\b(?:act now|buy now|hurry|last chance|limited[- ]time|don['’]t miss|do not miss|before it['’]s too late|"
    r"once in a lifetime|risk[- ]free|no obligation|guaranteed?|100 ?% (?:free|satisfaction)|urgent(?:ly)?|immediately|"
    r"right now|you must|exclusive offer|free money|cash bonus|unbeatable|amazing deal)\b|!{2,}",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"\b[A-Z]{4,} [A-Z]{4,}\b")


def leaks(draft: Text, given: Given) -> Iterator[str]:
    """What belongs to a prompt and to no mail; the company's own words are never a leak."""
    own = " ".join(given.company.model_dump().values()).lower()
    return (found[0] for found in _LEAKS.finditer(draft.whole) if found[0].lower() not in own)


def wrong_length(draft: Text, given: Given) -> Iterator[str]:
    words = len(draft.body.split())
    if not WORDS[0] <= words <= WORDS[1]:
        yield f"{words} words"


def pushy(draft: Text, given: Given) -> Iterator[str]:
    own = given.company.offer.lower()
    pressing = [*_PUSHY.finditer(draft.whole), *_SHOUTED.finditer(draft.whole)]
    return (found[0] for found in pressing if found[0].lower() not in own)


def missing_name(draft: Text, given: Given) -> Iterator[str]:
    greeting = draft.body.strip().partition("\n")[0]
    if given.given_name and given.given_name.lower() not in greeting.lower():
        yield greeting[:60]
