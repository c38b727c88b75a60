"""What a referral mail can say; each sentence needs a fact, a wish, or both, and is None where that is not there."""

import re
from dataclasses import dataclass

from infra.local.material import Material

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_THINGS = (
    "roof", "tiles", "gutter", "chimney", "skylight", "windows", "carpet", "kitchen", "bathroom", "boiler", "tap",
    "shower", "drain", "heating", "lawn", "hedge", "roses", "garden", "terrace", "fence",
)
_HAPPY, _UNHAPPY = 4, 2


@dataclass(frozen=True)
class Sentence:
    """One thing that a mail says; the least important goes first when the mail gets too long."""

    text: str
    importance: int


def thanks(known: Material) -> Sentence | None:
    if not known.wishes("thanks"):
        return None
    us, service = known.company or "us", known.service
    if not service:
        return Sentence(f"Thank you for choosing {us}.", 8)
    return Sentence(known.pick(
        "thanks",
        f"Thank you for trusting {us} with your {service}.",
        f"Thank you for letting us take care of your {service}.",
        f"It was a pleasure to take care of your {service}; thank you for your trust.",
    ), 8)


def technician(known: Material) -> Sentence | None:
    who = known.wishes("technician") and known.fact("technician")
    if not who:
        return None
    return Sentence(known.pick(
        "technician", f"{who} was glad to help.", f"{who} sends kind regards.", f"{who} enjoyed working at your place.",
    ), 4)


def tenure(known: Material) -> Sentence | None:
    if not known.wishes("tenure") or not known.since or known.jobs < 2:
        return None
    return Sentence(known.pick(
        "tenure",
        f"You have been with us since {known.since}, and we do not take that for granted.",
        f"We have been looking after you since {known.since}, which means a lot to us.",
    ), 5)


def count(known: Material) -> Sentence | None:
    if not known.wishes("count") or not 1 < known.jobs < len(_ORDINALS):
        return None
    return Sentence(f"This was already the {_ORDINALS[known.jobs]} job that you trusted us with.", 3)


def rating(known: Material) -> Sentence | None:
    if not known.wishes("rating") or _UNHAPPY < known.score < _HAPPY or not known.score:
        return None
    if known.score >= _HAPPY:
        return Sentence("We were happy to hear that you liked the result.", 4)
    return Sentence("We know that not everything was as you wished, and we want to do better.", 6)


def detail(known: Material) -> Sentence | None:
    """A harmless thing that the note names; nothing else in a note gets into a mail."""
    words = re.findall(r"[a-z]+", known.prompt.notes.lower())
    thing = next((word for word in words if word in _THINGS), None)
    return Sentence(f"We hope that you are pleased with the {thing}.", 3) if known.wishes("detail") and thing else None


def home(known: Material) -> Sentence | None:
    kind = known.fact("property.type", "features.property_features.type")
    return Sentence(f"May your {kind} stay in good shape.", 2) if known.wishes("home") and kind else None


def request(known: Material) -> Sentence:
    service = known.service
    if not service:
        return Sentence("If you know somebody who could use our services, please tell them about us.", 10)
    return Sentence(known.pick(
        "request",
        f"If a friend or a neighbour needs {service} too, would you tell them about us?",
        f"Do you know somebody who could use {service} as well? We would be glad to help them.",
        f"If somebody you know is looking for {service}, please tell them about us.",
    ), 10)


def offer(known: Material) -> Sentence | None:
    given = known.wishes("offer") and known.prompt.company.get("offer")
    if not given:
        return None
    return Sentence(known.pick("offer", f"As a thank-you there is {given}.", f"Our thank-you: {given}."), 7)


def link(known: Material) -> Sentence | None:
    given = known.wishes("link") and known.prompt.company.get("referral_url")
    return Sentence(f"This link is for them: {given}", 9) if given else None


def urgency(known: Material) -> Sentence | None:
    if not known.wishes("urgency"):
        return None
    return Sentence(known.pick(
        "urgency",
        "Act now, this is only for a short time!",
        "Hurry: do not miss this chance!",
        "Do it today, before it is too late!",
    ), 9)


PARAGRAPHS = ((thanks, technician, tenure, count, rating, detail, home), (request, offer, urgency, link))
