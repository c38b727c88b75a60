"""How agents, versions, aliases and what is known of them are shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.registry.histogram import RELATIVE_ERROR, percentile
from services.registry.model import Agent, Alias
from services.registry.performance import Performance
from services.registry.version import Retirement, Version
from shared.events.evaluation import EvaluationFinished

_PERCENTILES = (50, 95, 99)


def as_row(agent: Agent) -> dict[str, Any]:
    """An agent in a list."""
    aliases = {name: alias.version for name, alias in sorted(agent.aliases.items())}
    return {"agent": agent.name, "latest_version": agent.latest, "aliases": aliases}


def as_agent(
    agent: Agent, versions: Sequence[Version], performances: Mapping[int, Performance],
    evaluations: Sequence[tuple[str, EvaluationFinished]],
) -> dict[str, Any]:
    """An agent with everything beside each version; ``evaluations`` newest first."""
    last = {said.candidate: as_verdict(at, said) for at, said in reversed(evaluations)}
    return {
        "agent": agent.name,
        "latest_version": agent.latest,
        "aliases": [{"alias": name, **as_alias(alias)} for name, alias in sorted(agent.aliases.items())],
        "rollouts": [
            {"rollout_id": name, "candidate": known.candidate, "baseline": known.baseline, "percent": known.percent}
            for name, known in sorted(agent.rollouts.items())
        ],
        "versions": [
            {
                **as_version(version), "performance": as_performance(performances.get(version.number, Performance())),
                "evaluation": last.get(version.number),
            }
            for version in versions
        ],
    }


def as_version(version: Version) -> dict[str, Any]:
    """A version without its prompts."""
    return {
        "version": version.number, "config_hash": version.config_hash, "model_id": version.model_id,
        "author": version.author, "message": version.message, "registered_at": version.registered_at.isoformat(),
        **as_retirement(version.retired),
    }


def as_registered(agent: str, version: Version, created: bool) -> dict[str, Any]:
    """What came of a registration; a version that has the content already may be retired."""
    answer = {"agent": agent, "version": version.number, "config_hash": version.config_hash, "created": created}
    return answer | as_retirement(version.retired)


def as_retirement(retired: Retirement | None) -> dict[str, Any]:
    if not retired:
        return {"retired": None}
    return {"retired": {"at": retired.at.isoformat(), "by": retired.by, "reason": retired.reason}}


def as_alias(alias: Alias) -> dict[str, Any]:
    return {
        "version": alias.version, "config_hash": alias.config_hash, "revision": alias.revision,
        "from_version": alias.from_version, "moved_at": alias.moved_at.isoformat(), "cause": alias.cause,
        "rollout_id": alias.rollout_id,
    }


def as_performance(seen: Performance) -> dict[str, Any]:
    """What became of drafts, in counts; latencies in milliseconds, cost in US dollars of those that have a price."""
    latencies = {f"p{percent}": percentile(seen.latencies, percent) for percent in _PERCENTILES}
    return {
        "drafts": seen.drafts,
        "approved": {"unchanged": seen.unchanged, "edited": seen.edited},
        "rejected": dict(sorted(seen.rejections.items())),
        "approval_rate": seen.approval_rate,
        "errors": dict(sorted(seen.errors.items())),
        "withdrawn": seen.withdrawn,
        "sent": seen.sent,
        "conversions": seen.conversions,
        "latency_ms": latencies | {"relative_error": RELATIVE_ERROR},
        "input_tokens": seen.input_tokens,
        "output_tokens": seen.output_tokens,
        "cost_usd": f"{seen.cost_usd:f}",
        "unpriced_drafts": seen.unpriced,
    }


def as_evaluation(finished_at: str, said: EvaluationFinished) -> dict[str, Any]:
    """A whole evaluation."""
    return {"finished_at": finished_at, **said.model_dump(mode="json")}


def as_verdict(finished_at: str, said: EvaluationFinished) -> dict[str, Any]:
    """An evaluation in a list of versions."""
    about = said.model_dump(mode="json", include={"evaluation_id", "baseline", "cases", "verdict", "passed"})
    return {"finished_at": finished_at, **about}
