"""What a prompt says: the data it carries in tags, and the wishes in the text around them; pure.

What stands between data tags is never read as a wish, so a customer's note can't ask for anything; angle brackets
in data are the sender's to replace.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

_DATA_TAGS = ("facts", "company", "customer_notes", "examples")
_NEGATION = r"\b(?:not|never|no|without|avoid|don't|omit)\b[^,.;:!?\n]{0,60}?"  # up to the word that it forbids
_MAX_WORDS = re.compile(
    r"(?:at most|no more than|under|up to|fewer than|within|maximum of)\s+(\d+)\s+words|(\d+)\s+words or (?:fewer|less)"
)
_TONES = ("formal", "warm", "friendly", "casual")
_WISHES = {
    "thanks": r"\bthank",
    "technician": r"\btechnician|\bwho did the (?:job|work)",
    "tenure": r"\bhow long\b|\bsince when\b|\bloyal",
    "count": r"\bhow (?:many|often)\b|\bnumber of (?:jobs|services)",
    "rating": r"\brating|\bsatisf|\bscore",
    "home": r"\bproperty\b|\b(?:their|the|customer's) (?:home|house)\b",
    "detail": r"\bnotes?\b|\bdetails?\b",
    "offer": r"\boffer|\breward|\bdiscount",
    "link": r"\blink|\burl\b",
    "subject": r"\bsubject",
    "urgency": r"\burgen|\bhurry|\bpressure\b",
}
_BY_NAME = r"\bgiven names?\b|\bby name\b"


@dataclass(frozen=True)
class Prompt:
    """Facts and company as given, the customer's note as text, and what the writer is asked for."""

    facts: dict[str, Any]
    company: dict[str, Any]
    notes: str
    wishes: frozenset[str]
    tone: str
    max_words: int | None
    by_name: bool


def read(system: str, user: str) -> Prompt:
    """The prompt in the system text and the user's text; data stands only in the latter."""
    instructions = f"{system}\n{_without_data(user)}".lower()
    return Prompt(
        facts=fields(user, "facts"),
        company=fields(user, "company"),
        notes=data(user, "customer_notes"),
        wishes=frozenset(name for name, words in _WISHES.items() if _wished(instructions, words)),
        tone=_tone(instructions),
        max_words=_max_words(instructions),
        by_name=not _forbidden(instructions, _BY_NAME),
    )


def data(text: str, tag: str) -> str:
    """What stands between these tags."""
    found = re.search(_block(tag), text)
    return found.group(1).strip() if found else ""


def fields(text: str, tag: str) -> dict[str, Any]:
    """The JSON between these tags: its leaves by their dotted path."""
    return _flat(_json(data(text, tag)))


def _block(tag: str) -> str:
    return rf"<{tag}>([^<]*)</{tag}>"


def _without_data(text: str) -> str:
    for tag in _DATA_TAGS:
        text = re.sub(_block(tag), "\n", text)
    return text


def _json(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _flat(nested: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Leaves by their dotted path."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        flat |= _flat(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return flat


def _wished(instructions: str, words: str) -> bool:
    """It is asked for somewhere and forbidden nowhere."""
    return bool(re.search(words, instructions)) and not _forbidden(instructions, words)


def _forbidden(instructions: str, words: str) -> bool:
    return bool(re.search(f"{_NEGATION}(?:{words})", instructions))


def _tone(instructions: str) -> str:
    return next((tone for tone in _TONES if _wished(instructions, rf"\b{tone}")), "plain")


def _max_words(instructions: str) -> int | None:
    found = [int(first or second) for first, second in _MAX_WORDS.findall(instructions)]
    return min(found, default=None)
