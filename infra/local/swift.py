"""What makes the emulator quick enough for two cores: answers that never change are remembered, garbage is sought less often.

Of the time that it needed for a draft, a tenth went into parsing the same policies, as much into checking the grammar of
the same few conditions, and as much into walking over a request's headers one index at a time. Of the time for a job, an
eighth went into asking sixty rules about each event.
"""

import gc
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

from h11._headers import Headers
from ministack.core import iam_evaluator
from ministack.services import dynamodb, eventbridge

_OBJECTS = 50_000  # new ones before the youngest are looked through; 700 otherwise
_SENDER = ("source", "detail-type")
_matches = eventbridge._matches_pattern_view


def hasten() -> None:
    iam_evaluator.parse_policy_document = remembered(iam_evaluator.parse_policy_document)
    dynamodb._condition_syntax_error = cache(dynamodb._condition_syntax_error)
    eventbridge._matches_pattern_view = matches
    Headers.__iter__ = headers
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)


def remembered(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, which parses each text once; a document that is no text is parsed every time."""
    known = cache(parse)
    return lambda document: known(document) if isinstance(document, str) else parse(document)


def headers(known: Headers) -> Iterator[tuple[bytes, bytes]]:
    return ((name, value) for _, name, value in known._full_items)


def matches(pattern: Any, view: Any, owner: str = "rule") -> bool:
    """Whether an event matches; most patterns miss it by who says what, which is the same for all events of a kind."""
    said = view.envelope()
    if isinstance(pattern, str) and not may_match(pattern, said["source"], said["detail-type"]):
        return False
    return bool(_matches(pattern, view, owner))


@lru_cache(maxsize=10_000)
def may_match(pattern: str, source: str, detail_type: str) -> bool:
    """Whether a pattern may match an event of this source and type, whatever else it says."""
    said = {"source": source, "detail-type": detail_type}
    alternatives = eventbridge._compiled_pattern(pattern) or []
    asked = [{key: one[key] for key in _SENDER if key in one} for one in alternatives]
    return any(not one or eventbridge._matches_detail(said, one) for one in asked)
