"""Signs that somebody else than us told the writer what to do, or that its own instructions leaked; pure."""

import re
import unicodedata
from collections.abc import Iterator

from shared.writing.checks.given import Given
from shared.writing.checks.words import Span, Text
from shared.writing.checks.wording import not_own

_BASE64 = r"[A-Za-z0-9+/]{48,}={0,2}(?!\w)"  # no word is as long
_LEAKED = re.compile(
    r"\b(?:(?:ignore|disregard|forget|override)[^.\n]{0,30}\b(?:previous|prior|above|earlier|all)\b[^.\n]{0,20}"
    r"\b(?:instructions?|prompts?|rules?|messages?)|(?:system prompt|language model|write_referral_email)\b"
    r"|as an? (?:AI|language model|assistant)\b|(?:tool_?(?:use|call)|function call)s?\b"
    r"|(?:customer_notes|given_name|feature_set|service_count|satisfaction_(?:avg|count)|completed_on|referral_url)\b"
    r"|I(?: am|'m)? (?:cannot|can't|can not|unable to|not able to) (?:comply|fulfil|assist|help with|write)"
    rf"|(?<![\w/.-]){_BASE64})"
    r"|^(?:(?:system|assistant|user|human) ?:|#{2,} ?\w+|(?:sure|certainly|of course)\W{1,3}here\b"
    r"|here(?:'s| is) (?:an?|the|your)\b[^\n]{0,30}\b(?:e-?mail|draft)\b)"
    r"|[`‹›<\[\"](?:(?<=[‹›])|(?<=`)``|(?<=<)/?[a-z_]+>|(?<=<)\|\w+\|>|(?<=\[)/?INST\]|(?<=\")(?:subject|body)\" ?:)",
    re.IGNORECASE | re.MULTILINE,
)
_ORDERS = re.compile(
    r"\b(?:approve (?:this|it)\b|(?:approve|reject|accept) (?:this|the) (?:draft|e-?mail|mail|message)\b"
    r"|mark(?:ed)? (?:this |it |the \w+ )?as approved|(?:dear|note to|hey) (?:the |our )?(?:reviewer|judge|moderator)\b"
    r"|(?<![^\n])reviewer ?:)|[\"']approved[\"']",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:above|previous|prior|earlier|all|everything|rules?|facts|"
    r"instructions?|prompts?)\b|(?:system prompt|language model|base64|pretend)\b|(?:new|these|following|your) instructions?\b"
    r"|you are (?:now|an? (?:AI|assistant|language))\b|(?:reply|respond|answer|output) (?:only )?(?:with|in)\b"
    r"|(?:mark|treat|set)\b[^.\n]{0,20}\bapproved\b|approve (?:this|it|the (?:draft|e-?mail))"
    r"|send (?:it|this|(?:the|this) (?:e-?mail|mail)|a copy) to\b"
    r"|(?:ignorier\w*|vergiss|missachte\w*)\b[^.\n]{0,40}\b(?:anweisung\w*|regeln?|vorherig\w*|obige\w*)"
    rf"|ignor(?:ez?|er|a|e|ar)\b[^.\n]{{0,40}}\b(?:instruc\w+|consignes|reglas|règles)|{_BASE64})"
    r"|(?:^|[.!?] ?)(?:system|assistant) ?:"
    r"|[<‹{\[](?:(?<=[<‹])/?[a-z_]+[>›]|(?<=\{)\{|(?<=\[)/?INST\])",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED = re.compile(
    r"\b(?:say|write|print|repeat|include|insert|append|add|mention)\b[^.\n]{0,80}"
    r"\b(?:(?:e-?)?mail|subject|draft|verbatim|exactly|word for word)\b[^.\n]{0,80}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LOUD = re.compile(r"[A-Z]{4,}")
_IN_A_ROW = 4  # words of an order that nobody writes by chance


def leaks(draft: Text, given: Given) -> Iterator[Span]:
    """What belongs to a prompt or to the talk of a machine, and to no mail."""
    return not_own(_LEAKED, draft, given.own)


def orders(draft: Text, given: Given) -> Iterator[Span]:
    """Words to whoever decides about the draft."""
    return not_own(_ORDERS, draft, given.own)


def obeyed_notes(draft: Text, given: Given) -> Iterator[Span]:
    """What a note orders and the draft says: words in a row, or one that is shouted."""
    told = [_WORD.findall(said) for said in _told(given)]
    rows = {row for words in told for row in _rows([word.lower() for word in words])}
    loud = {word for words in told for word in words if _LOUD.fullmatch(word) and word.lower() not in given.words}
    if not rows and not loud:
        return
    said = list(_WORD.finditer(draft.whole))
    for n, row in enumerate(_rows([word[0].lower() for word in said])):
        if row in rows and not all(word in given.words for word in row):
            yield Span(said[n].start(), said[n + _IN_A_ROW - 1].end())
    yield from (Span(*found.span()) for found in said if found[0] in loud)


def suspicious_notes(given: Given) -> Iterator[Span]:
    """Where the notes speak to the writer instead of about the job; the places are in the notes."""
    plain = _plain(given.notes)
    for found in (*_ORDERED.finditer(plain), *_ASKED.finditer(plain)):
        yield Span(*found.span()) if len(plain) == len(given.notes) else Span(0, 0)


def suspicious_facts(given: Given) -> bool:
    """Whether somebody put an order into a name or into another fact, or began it there and went on in the notes."""
    return any(_ORDERED.search(said) for said in (_plain(given.stated), _typed(given)))


def _told(given: Given) -> Iterator[str]:
    """What the crew's words order: all from an order on, and the sentence that asks for something in the mail."""
    typed = _typed(given)
    ordered = _ORDERED.search(typed)
    if ordered:
        yield typed[ordered.start() :]
    yield from (found[0] for found in _ASKED.finditer(typed))


def _typed(given: Given) -> str:
    return _plain(f"{given.facts.get('technician') or ''} {given.notes}")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _rows(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + _IN_A_ROW]) for n in range(len(words) - _IN_A_ROW + 1)]
