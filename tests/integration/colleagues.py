"""Writers and judge of the evaluation service in stories about what is deployed: they answer what is really asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from shared import aws
from shared.writing.content import content_hash
from shared.writing.examples import bedrock
from tests.harness.outside import Library
from tests.unit.evaluation.story import GOOD, SUBJECT, Colleagues

CONCURRENCY = 10  # as the laptop's account says
_CALL = "before-call.bedrock-runtime.Converse"


class _Http(NamedTuple):
    status_code: int = 200


@contextmanager
def evaluating(colleagues: Colleagues) -> Iterator[Colleagues]:
    """For as long as this lasts, the evaluator's model is these."""

    def converse(params: dict[str, Any], **_: Any) -> tuple[_Http, dict[str, Any]]:
        return _Http(), colleagues.converse(**json.loads(params["body"]))

    events = aws.client("bedrock-runtime", attempts=1, read_timeout=60, connections=CONCURRENCY).meta.events
    events.register_first(_CALL, converse)
    try:
        yield colleagues
    finally:
        events.unregister(_CALL, converse)


@contextmanager
def retrieving(library: Library) -> Iterator[Library]:
    """For as long as this lasts, the knowledge base of this process is this one."""

    def retrieve(params: dict[str, Any], **_: Any) -> tuple[_Http, dict[str, Any]]:
        return _Http(), library.retrieve(**json.loads(params["body"]))

    events = bedrock().meta.events
    events.register_first("before-call.bedrock-agent-runtime.Retrieve", retrieve)
    try:
        yield library
    finally:
        events.unregister("before-call.bedrock-agent-runtime.Retrieve", retrieve)


def same_words(referral_id: str, customer_id: str = "c-1") -> str:
    """What a person's decision on the good draft names."""
    return content_hash(SUBJECT, GOOD, referral_id, customer_id)
