"""What became of a referral, as outcomes of the version that wrote it; pure."""

from datetime import datetime
from functools import singledispatch
from typing import Protocol

from services.deployer.guardrail import Metric
from services.deployer.outcomes import Arm, Outcome
from shared.events.orchestrator import Assigned, DraftFailed, ReferralDrafted, ReferralReviewed

Values = dict[Metric, int]  # True or False for approvals and errors, milliseconds for latency

AT_FAULT = {  # whether a draft that failed for this reason is an error of the version or of the model that it chose
    "prompt_invalid": True,
    "model_not_usable": True,  # its model id, its parameters, or nobody gave it access
    "model_refused": True,
    "model_answer_invalid": True,
    "model_timeout": True,  # too slow for anybody, hence never seen as a latency
    "model_throttled": True,  # after three deliveries: its quota does not suffice for its share of customers
    "model_unavailable": False,  # the provider's fault; it says nothing of what is compared
    "examples_unavailable": False,  # only a test on history asks for those of an earlier time; no draft fails for it
    "no_production_agent": False,  # nobody wrote
}


class Judged(Protocol):
    """An event of a referral that says how its version did."""

    agent: str
    version: int | None
    arm: str
    share: int | None
    rollout_id: str | None
    counts: bool
    customer_id: str


@singledispatch
def values(said: Assigned) -> Values:
    """What an event says of its version, by metric; nothing where it is nobody's fault."""
    return {}


@values.register
def _drafted(said: ReferralDrafted) -> Values:
    return {"errors": True, "latency": said.latency_ms}


@values.register
def _failed(said: DraftFailed) -> Values:
    return {"errors": False} if AT_FAULT.get(said.reason, False) else {}


@values.register
def _reviewed(said: ReferralReviewed) -> Values:
    return {"approval": said.decision == "approved"}


def is_evidence(said: Judged) -> bool:
    """Whether it is a customer's first referral in a rollout, under a share that can be weighed."""
    return said.counts and bool(said.rollout_id) and said.arm in tuple(Arm) and 1 <= (said.share or 0) <= 100


def outcome(said: Judged, metric: Metric, value: int, objective_ms: int, at: datetime) -> Outcome:
    good = value <= objective_ms if metric == "latency" else bool(value)
    return Outcome(said.customer_id, metric, Arm(said.arm), said.share, good, at)
