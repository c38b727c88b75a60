"""What recorded events say, as metrics: how jobs become referrals, and how versions of agents do.

Ratios are made where they are read: what is 1 or 0 for everything that it is asked of, has its rate as average and its
sample as count. The dimensions are few and fixed: none for what an alarm asks of everything, agent and version for
dashboards, agent and arm for what may take a rollout back. Never an id of a customer, a referral or a draft.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared import genai
from shared.events import UpstreamFact, evaluation, orchestrator, prep
from shared.events.orchestrator import Assigned, DraftFailed, ReferralConverted, ReferralDrafted, ReferralReviewed
from shared.observe import Observer

SERVICE = "platform"  # whose function measures
THROTTLED = "model_throttled"
BY_VERSION, BY_ARM = ("agent", "version"), ("agent", "arm")
OF_ARMS = ("DraftsFailed", "DraftLatency")  # what tells a candidate that is broken from a quota that is used up
_OF_VERSIONS = {kind.detail_type(): kind for kind in (ReferralDrafted, DraftFailed, ReferralReviewed, ReferralConverted)}
Dimensions = dict[str, str]


class Measure(NamedTuple):
    name: str
    value: float
    unit: str = "Count"


def tell(rows: Sequence[dict[str, Any]], observer: Observer) -> None:
    """Measure rows that are new, under each set of dimensions."""
    for row in rows:
        sets, measures = measured(row)
        for dimensions in sets:
            for one in measures:
                if "arm" not in dimensions or one.name in OF_ARMS:
                    observer.measure(*one, dimensions)


def measured(row: Mapping[str, Any]) -> tuple[list[Dimensions], list[Measure]]:
    """What an event says, and the sets of dimensions it is told under; nothing of a replay or a broken event."""
    if row["replay"]:
        return [], []
    kind = _OF_VERSIONS.get(row["detail_type"])
    if kind and row["source"] == kind.source:
        return _of_a_version(kind, row["data"])
    said = _counted(row["detail_type"], row["source"], json.loads(row["data"]))
    return ([{}], said) if said else ([], [])


def _of_a_version(kind: Any, data: str) -> tuple[list[Dimensions], list[Measure]]:
    try:
        said = kind.model_validate(json.loads(data))
    except ValidationError:
        return [], []
    version = "none" if said.version is None else str(said.version)
    return [{}, {"agent": said.agent, "version": version}, {"agent": said.agent, "arm": said.arm}], list(_measures(said))


def _measures(said: Assigned) -> Iterator[Measure]:
    if isinstance(said, ReferralReviewed):
        yield Measure("Decided", 1)
        yield Measure("Approved", int(said.decision == "approved"))
    elif isinstance(said, ReferralConverted):
        yield Measure("Referred", 1)
    elif isinstance(said, DraftFailed):
        yield Measure("DraftsFailed", 1)
        yield Measure("DraftsThrottled", int(said.reason == THROTTLED))
    elif isinstance(said, ReferralDrafted):
        yield from _of_a_draft(said)


def _of_a_draft(said: ReferralDrafted) -> Iterator[Measure]:
    yield Measure("Drafted", 1)
    yield Measure("DraftsFailed", 0)
    yield Measure("DraftsThrottled", 0)
    yield Measure("DraftLatency", said.latency_ms, "Milliseconds")
    yield Measure(genai.INPUT_TOKENS, said.input_tokens)
    yield Measure(genai.OUTPUT_TOKENS, said.output_tokens)
    if said.cost_usd is None:
        yield Measure("DraftsUnpriced", 1)
    else:
        yield Measure("CostUsd", float(said.cost_usd), "None")


def _counted(kind: str, source: str, data: Any) -> list[Measure]:
    """What is measured of everything together, from the few fields that it takes."""
    ask, come_from = _COUNTED.get(kind, (None, ""))
    ours = source.startswith(come_from) if come_from == UpstreamFact.source else source == come_from
    return ask(data) if ask and ours and isinstance(data, dict) else []


def _job(data: Mapping[str, Any]) -> list[Measure]:
    return [] if data.get("historical") else [Measure("Jobs", 1)]


def _prepared(data: Mapping[str, Any]) -> list[Measure]:
    return [Measure("Prepared", 1), Measure("Quarantined", 0)]


def _rejected(data: Mapping[str, Any]) -> list[Measure]:
    return [] if data.get("historical") else [Measure("Quarantined", 1)]


def _bounced(data: Mapping[str, Any]) -> list[Measure]:
    return [Measure("Bounced", 1)] if data.get("kind") == "permanent" else []


def _evaluated(data: Mapping[str, Any]) -> list[Measure]:
    return [Measure("EvaluationCostUsd", float(data["cost_usd"]), "None")] if data.get("cost_usd") is not None else []


def _one(name: str) -> Callable[[Mapping[str, Any]], list[Measure]]:
    return lambda data: [Measure(name, 1)]


_COUNTED: dict[str, tuple[Callable[[Mapping[str, Any]], list[Measure]], str]] = {
    "ServiceCompleted": (_job, UpstreamFact.source),
    "ReferralPrepared": (_prepared, prep.ReferralPrepared.source),
    "PreparationRejected": (_rejected, prep.PreparationRejected.source),
    "ReferralSent": (_one("Sent"), orchestrator.SOURCE),
    "ReferralDelivered": (_one("Delivered"), orchestrator.SOURCE),
    "ReferralClicked": (_one("Followed"), orchestrator.SOURCE),
    "ReferralBounced": (_bounced, orchestrator.SOURCE),
    "ReferralComplained": (_one("Complained"), orchestrator.SOURCE),
    "EvaluationFinished": (_evaluated, evaluation.EvaluationFinished.source),
}
