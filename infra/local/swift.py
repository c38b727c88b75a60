"""What makes the emulator quick enough for two cores: answers that never change are remembered, garbage is sought less often.

Of the time that it needed for a draft, a tenth went into parsing the same policies, as much into checking the grammar of
the same few conditions, a sixth into asking the same policies about each row of a transaction, where AWS's answer hangs on
nothing but the action and the table, and a twentieth into what kind of number a 1 is. Of the time for a job, an eighth went
into asking sixty rules about each event. And the thread that answers waited up to five milliseconds, after each answer that
it had sent, until another one let it go on.
"""

import gc
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb, eventbridge

_SECONDS = 0.0005  # that a thread may compute while another one wants to; 0.005 otherwise
_TEXTS = 20_000  # that are remembered of each kind
_OBJECTS = 50_000  # new ones before the youngest are looked through; 700 otherwise
Check = tuple[str, str]  # an action, and the table that it is done to
_SENDER = ("source", "detail-type")
_matches = eventbridge._matches_pattern_view


def hasten() -> None:
    iam_evaluator.parse_policy_document = remembered(iam_evaluator.parse_policy_document)
    iam_actions.dynamodb_transaction_checks = distinct(iam_actions.dynamodb_transaction_checks)
    for of_one_text in ("_number_error", "_ddb_canonicalize_number", "_number_size_bytes", "_tokenize"):
        setattr(dynamodb, of_one_text, remembered(getattr(dynamodb, of_one_text)))
    dynamodb._condition_syntax_error = lru_cache(_TEXTS)(dynamodb._condition_syntax_error)
    eventbridge._matches_pattern_view = matches
    sys.setswitchinterval(_SECONDS)
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 20)


def remembered(compute: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, computed once for each text that comes again; what is no text is computed every time."""
    known = lru_cache(_TEXTS)(compute)
    return lambda given: known(given) if isinstance(given, str) else compute(given)


def distinct(checks: Callable[..., list[Check]]) -> Callable[..., list[Check]]:
    """The same, each once and in their order: a transaction is refused by the first that is not allowed."""
    return lambda *request: list(dict.fromkeys(checks(*request)))


def matches(pattern: Any, view: Any, owner: str = "rule") -> bool:
    """Whether an event matches; most patterns miss it by who says what, which is the same for all events of a kind."""
    said = view.envelope()
    if isinstance(pattern, str) and not may_match(pattern, said["source"], said["detail-type"]):
        return False
    return bool(_matches(pattern, view, owner))


@lru_cache(_TEXTS)
def may_match(pattern: str, source: str, detail_type: str) -> bool:
    """Whether a pattern may match an event of this source and type, whatever else it says."""
    said = {"source": source, "detail-type": detail_type}
    alternatives = eventbridge._compiled_pattern(pattern) or []
    asked = [{key: one[key] for key in _SENDER if key in one} for one in alternatives]
    return any(not one or eventbridge._matches_detail(said, one) for one in asked)
