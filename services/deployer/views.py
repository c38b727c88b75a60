"""What the API tells of a rollout."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp
from typing import Any

from services.deployer.deployment import Deployment
from services.deployer.evidence import anytime_p
from services.deployer.gates import Standing, missing, standing
from services.deployer.outcomes import Tally

_HIGHEST = 700.0  # above it a float has no exponential
_LINE = {
    "rollout_id", "agent", "status", "candidate", "candidate_hash", "stage", "revision", "requested_at", "entered_at",
    "reason", "by", "evaluation_id", "latency_objective_ms", "plan",
}
_CHANGE = ("revision", "at", "change", "percent", "reason", "by")


def line(rollout: Deployment) -> dict[str, Any]:
    """A rollout in a list, and as the answer to a command."""
    return rollout.model_dump(mode="json", include=_LINE) | {
        "waits_for": rollout.waits_for, "percent": rollout.percent,
        "baseline": rollout.baseline.version, "baseline_hash": rollout.baseline.config_hash,
    }


def detail(rollout: Deployment, tally: Tally, changes: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """A rollout with its counters, what they say, what it waits for, and all that happened to it, oldest first."""
    found = standing(rollout.plan, tally) if rollout.started else None
    return line(rollout) | {
        "counts": {metric: {share: cells._asdict() for share, cells in by.items()} for metric, by in tally.items()},
        "standing": _standing(found) if found else None,
        "missing": _missing(rollout, tally, found, now),
        "overdue": rollout.overdue(now),
        "changes": [_change(change) for change in changes],
    }


def _standing(found: Standing) -> dict[str, Any]:
    return {
        "e": exp(min(found.log_e, _HIGHEST)), "log_e": found.log_e, "log_trusted": found.log_trusted,
        "p_value": anytime_p([found.log_e]), "log_advance": found.log_advance, "imbalance": found.imbalance,
    }


def _missing(rollout: Deployment, tally: Tally, found: Standing | None, now: datetime) -> list[str]:
    """In words; nothing once it is over."""
    if rollout.waits_for:
        return ["the version of its content" if rollout.waits_for == "version" else "an evaluation against production"]
    person = ["a person's decision"] if rollout.status == "held" else []
    if not found or not rollout.active:
        return person
    hours = (now - rollout.entered_at) / timedelta(hours=1)
    return [*person, *missing(rollout.plan, rollout.rollout(tally).current, tally, found, hours)]


def _change(item: dict[str, Any]) -> dict[str, Any]:
    told = {name: item.get(name) for name in _CHANGE}
    return told | {"revision": int(item["revision"]), "percent": int(item["percent"])}
