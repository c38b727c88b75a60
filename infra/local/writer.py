"""Writes the mail that a prompt asks for, from what the prompt really says; pure, and the same for the same prompt.

A prompt without facts and wishes still gives a mail, and a dull one.
"""

from dataclasses import dataclass

from infra.local.material import Material
from infra.local.prompt import Prompt
from infra.local.sentences import PARAGRAPHS, Sentence

_GREETINGS = {"formal": "Dear", "warm": "Hi", "friendly": "Hi", "casual": "Hey"}
_GOODBYES = {"formal": "Yours sincerely,", "warm": "Warm regards,", "friendly": "All the best,", "casual": "Cheers,"}


@dataclass(frozen=True)
class Mail:
    subject: str
    body: str


def write(prompt: Prompt) -> Mail:
    known = Material(prompt)
    paragraphs = [[said for say in paragraph if (said := say(known))] for paragraph in PARAGRAPHS]
    frame = f"{_greeting(known)} {_goodbye(known)}"
    kept = _shortened([said for paragraph in paragraphs for said in paragraph], _left(prompt.max_words, frame))
    texts = [" ".join(said.text for said in paragraph if said in kept) for paragraph in paragraphs]
    return Mail(_subject(known), "\n\n".join([_greeting(known), *filter(None, texts), _goodbye(known)]))


def _shortened(said: list[Sentence], most: int | None) -> list[Sentence]:
    """The most important sentences, in at most so many words; the request always stays."""
    while most is not None and len(said) > 1 and _words(" ".join(s.text for s in said)) > most:
        least = min(said, key=lambda sentence: sentence.importance)
        said = [sentence for sentence in said if sentence is not least]
    return said


def _left(most: int | None, used: str) -> int | None:
    return None if most is None else max(0, most - _words(used))


def _words(text: str) -> int:
    return len(text.split())


def _greeting(known: Material) -> str:
    return f"{_GREETINGS.get(known.prompt.tone, 'Hello')} {known.name}," if known.name else "Hello,"


def _goodbye(known: Material) -> str:
    signature = known.prompt.company.get("signature") or known.company or "Your service team"
    return f"{_GOODBYES.get(known.prompt.tone, 'Kind regards,')}\n{signature}"


def _subject(known: Material) -> str:
    if not known.wishes("subject"):
        return f"A message from {known.company}" if known.company else "A message for you"
    if not known.service:
        return f"{known.name}, a small favour?" if known.name else "A small favour"
    who = f"{known.name}, who" if known.name else "Who"
    return known.pick(
        "subject",
        f"{who} else could use {known.service}?",
        f"After your {known.service}: a small favour",
        f"Your {known.service}, and a friend who needs it too",
    )
