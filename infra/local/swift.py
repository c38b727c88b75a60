"""What makes the emulator quick enough for two cores: answers that never change are remembered, garbage is sought less often.

Of the time that it needed for a draft, a tenth went into parsing the same policies, as much into checking the grammar of
the same few conditions, and as much into walking over a request's headers one index at a time.
"""

import gc
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from h11._headers import Headers
from ministack.core import iam_evaluator
from ministack.services import dynamodb

_OBJECTS = 50_000  # new ones before the youngest are looked through; 700 otherwise


def hasten() -> None:
    iam_evaluator.parse_policy_document = remembered(iam_evaluator.parse_policy_document)
    dynamodb._condition_syntax_error = cache(dynamodb._condition_syntax_error)
    Headers.__iter__ = headers
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)


def remembered(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, which parses each text once; a document that is no text is parsed every time."""
    known = cache(parse)
    return lambda document: known(document) if isinstance(document, str) else parse(document)


def headers(known: Headers) -> Iterator[tuple[bytes, bytes]]:
    return ((name, value) for _, name, value in known._full_items)
