"""What recorded events say about versions of agents, as metrics.

Ratios are made where they are read, from counts: approval rate is Approved by Decided. Dimensions are an agent and its
version, and none at all for what an alarm asks of everything; never an id of a customer, a referral or a draft.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared.events import Event
from shared.events.orchestrator import DraftFailed, ReferralDrafted, ReferralReviewed
from shared.observe import Observer

THROTTLED = "model_throttled"
_TOLD = {kind.detail_type(): kind for kind in (ReferralDrafted, DraftFailed, ReferralReviewed)}


class Measure(NamedTuple):
    name: str
    value: float
    unit: str = "Count"


def tell(rows: Sequence[dict[str, Any]], observer: Observer) -> None:
    """Measure rows that are new: by version for dashboards, and of all for alarms, which can't search."""
    for row in rows:
        version, measures = measured(row)
        for one in measures:
            observer.measure(*one, version)
            observer.measure(*one, {})


def measured(row: dict[str, Any]) -> tuple[dict[str, str], list[Measure]]:
    """The version that an event is about, as dimensions, and what it says of it; nothing of a replay or a broken event."""
    kind = _TOLD.get(row["detail_type"])
    if row["replay"] or not kind or row["source"] != kind.source:
        return {}, []
    try:
        said = kind.model_validate(json.loads(row["data"]))
    except ValidationError:
        return {}, []
    version = "none" if said.version is None else str(said.version)
    return {"agent": said.agent, "version": version}, list(_measures(said))


def _measures(said: Event) -> Iterator[Measure]:
    if isinstance(said, ReferralReviewed):
        yield Measure("Decided", 1)
        yield Measure("Approved", int(said.decision == "approved"))
    elif isinstance(said, DraftFailed):
        yield Measure("DraftsFailed", 1)
        yield Measure("DraftsThrottled", int(said.reason == THROTTLED))
    elif isinstance(said, ReferralDrafted):
        yield from _of_a_draft(said)


def _of_a_draft(said: ReferralDrafted) -> Iterator[Measure]:
    yield Measure("Drafted", 1)
    yield Measure("DraftLatency", said.latency_ms, "Milliseconds")
    yield Measure("InputTokens", said.input_tokens)
    yield Measure("OutputTokens", said.output_tokens)
    if said.cost_usd is None:
        yield Measure("DraftsUnpriced", 1)
    else:
        yield Measure("CostUsd", float(said.cost_usd), "None")
