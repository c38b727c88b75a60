"""Links, persons and figures in a draft that nobody gave to its writer; pure."""

import re
from collections.abc import Iterator

from services.evaluation.given import Given, Text, host
from services.evaluation.numbers import figures, readings, without_dates, written_dates

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ENDS = "app|at|biz|ch|cn|co|com|de|dev|es|eu|fr|info|io|it|ly|net|nl|online|org|ru|shop|site|top|uk|us|xyz"
_PATH = r"[^\s<>\"')\]]"
_LINK = re.compile(
    rf"\b[a-z][a-z0-9+.-]*://{_PATH}+|\bwww\.{_PATH}+"
    rf"|(?<![@\w.-])(?:[\w-]+\.)+(?:{_ENDS}|COM|DE|INFO|IO|NET|ORG)\b(?:/{_PATH}*)?(?![\w@])"
)
_TELEPHONE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(?0)?\(?\d[\d ()/-]{5,}\d(?![\w-])")
_TELEPHONE_DIGITS = range(7, 16)
_YEARS = re.compile(r"\b(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d\b")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_HARMLESS = re.compile(r"\b(?:[1-9]|10)[ -](?:minutes?|moments?|seconds?|clicks?|steps?)\b|\b24/7\b", re.IGNORECASE)
_NAME = r"([A-Z][\w'’-]+(?:[ ](?!And\b)[A-Z][\w'’-]+)?)"
_GREETED = re.compile(rf"^(?:(?i:dear|hi|hello|hey|good (?:morning|afternoon|day|evening)))[ ,]+{_NAME}")
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau)\.? {_NAME}")
_OF_THE_CREW = re.compile(
    rf"\b(?:technician|colleague|specialist|expert|craftsman|roofer|plumber|gardener|cleaner|installer),? {_NAME}"
)
_GOODBYE = re.compile(
    r"(?i:\b(?:regards|wishes|sincerely|cheers|the best|thanks|yours|gratitude)),?[ ]*\n+"
    r"((?:[^\n.!?:]{1,45}\n*){1,3})\s*\Z"
)
_NOBODY = frozenset({
    "again", "all", "and", "at", "care", "company", "crew", "customer", "everyone", "family", "folks", "friend",
    "friends", "from", "home", "madam", "neighbor", "neighbour", "our", "service", "services", "sir", "sirs", "staff",
    "team", "the", "there", "valued", "you", "your",
})


def foreign_links(draft: Text, given: Given) -> Iterator[str]:
    """Links elsewhere; what only looks like the company's host is elsewhere too."""
    for found in _LINK.finditer(draft.whole):
        link = found[0].rstrip(".,;:!?")
        if host(link) != given.host or ("://" in link and not link.lower().startswith(("http://", "https://"))):
            yield link


def personal_data(draft: Text, given: Given) -> Iterator[str]:
    yield from (found for found in _ADDRESS.findall(draft.whole) if found.lower().rstrip(".") not in given.addresses)
    for found in _telephones(draft.whole):
        if re.sub(r"\D", "", found) not in given.digits:
            yield found


def invented_figures(draft: Text, given: Given) -> Iterator[str]:
    """Figures and dates that are neither given nor follow from what was given by rounding or counting years."""
    text = _without(draft.whole, *_telephones(draft.whole), *_places(draft.whole))
    text = _HARMLESS.sub(" ", _LIST_NUMBER.sub("\n", text))
    for meanings in written_dates(text):
        if not any(day.is_one_of(given.dates) for day in meanings):
            yield meanings[0].written
    for figure in figures(without_dates(text)):
        if not readings(figure) & given.figures and readings(figure) != {1}:
            yield figure


def invented_names(draft: Text, given: Given) -> Iterator[str]:
    """Persons in the places where a mail names them: the greeting, after a title or a trade, and at the end."""
    body = draft.body.strip()
    greeted = _GREETED.findall(body.partition("\n")[0])
    crew = _OF_THE_CREW.findall(draft.body)
    signed = [name for line in _GOODBYE.findall(body) for name in re.findall(_NAME, line)]
    for name in [*greeted, *_TITLED.findall(draft.whole), *crew, *signed]:
        if any(word not in given.words and word not in _NOBODY for word in _plain(name)):
            yield name


def _plain(name: str) -> list[str]:
    return [re.sub(r"['’]s?$", "", word).lower() for word in name.split()]


def _telephones(text: str) -> list[str]:
    """Runs of digits as long as a telephone number that are no date and no place in a link."""
    bare = _YEARS.sub(" ", without_dates(_without(text, *_places(text))))
    return [found for found in _TELEPHONE.findall(bare) if len(re.sub(r"\D", "", found)) in _TELEPHONE_DIGITS]


def _places(text: str) -> list[str]:
    return [*_ADDRESS.findall(text), *_LINK.findall(text)]


def _without(text: str, *parts: str) -> str:
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, " ")
    return text
