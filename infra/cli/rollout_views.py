"""How rollouts look to people."""

from math import exp
from typing import Any

from infra.cli import say

_HIGHEST = 700.0  # above it a float has no exponential
_NEXT = {
    "waiting": "It waits for its {waits_for}: `referral rollouts watch {rollout_id}`.",
    "held": (
        "A person is asked: `referral rollouts resume {rollout_id} --reason ...` lets it go on, "
        "`referral rollouts rollback {rollout_id} --reason ...` ends it."
    ),
    "running": "`referral rollouts watch {rollout_id}` follows it.",
    "released": "The candidate is released: `referral agents history {agent}` tells when production moved.",
    "rolled_back": "Why, from the event log: `referral rollouts explain {rollout_id}`.",
    "refused": "No customer was reached.",
}
_OVERDUE = (
    " It has waited for more than two hours: look at `referral dlq list` and `referral outbox lost`, "
    "or end it with `referral rollouts rollback {rollout_id} --reason ...` and start it again."
)


def rows(rollouts: list[dict[str, Any]]) -> Any:
    columns = ("rollout_id", "agent", "status", "candidate", "baseline", "percent", "requested_at", "reason")
    lines = ([one[column] for column in columns] for one in rollouts)
    return say.table(columns, lines, "There are none: `referral rollouts start --help`.")


def page(rollout: dict[str, Any]) -> Any:
    """One rollout with its counts and evidence, as far as they are known, and what to do next."""
    from rich.console import Group

    detail = [part for name, part in _PARTS.items() if rollout.get(name)]
    return Group(say.facts(_about(rollout)), *(line for part in detail for line in ("", part(rollout))), "", say.text(advice(rollout)))


def advice(rollout: dict[str, Any]) -> str:
    """What somebody who looks at this rollout may do next."""
    tested = rollout["evaluation_id"] and not rollout["percent"] and rollout["status"] in ("held", "refused")
    report = f" What was tested: `referral evaluations report {rollout['evaluation_id']}`." if tested else ""
    return _NEXT[rollout["status"]].format(**rollout) + (_OVERDUE.format(**rollout) if rollout.get("overdue") else "") + report


def evidence(standing: dict[str, Any]) -> dict[str, Any]:
    """The evidence as factors, where the deployer tells logarithms."""
    no_worse = {metric: f"{exp(min(log, _HIGHEST)):.3g}" for metric, log in standing["log_advance"].items()}
    off = {metric: f"{z:+.1f}" for metric, z in standing["imbalance"].items()}
    return {
        "evidence of being worse": f"{standing['e']:.3g}",
        "p-value, at any time": f"{standing['p_value']:.3g}",
        "evidence of being no worse": no_worse,
        "standard deviations off": off,
    }


def _about(rollout: dict[str, Any]) -> dict[str, Any]:
    names = ("rollout_id", "agent", "status", "candidate", "baseline", "requested_at", "reason", "by", "evaluation_id")
    shares = " -> ".join(f"{stage['share']} %" for stage in rollout["plan"]["stages"])
    return {name: rollout.get(name) for name in names} | {"percent": f"{rollout['percent']} of {shares}"}


def _counts(rollout: dict[str, Any]) -> Any:
    lines = (
        (metric, f"{share} %", *(cells[name] for name in ("control_good", "control_bad", "candidate_good", "candidate_bad")))
        for metric, shares in rollout["counts"].items() for share, cells in sorted(shares.items(), key=lambda one: int(one[0]))
    )
    return say.table(("metric", "share", "control good", "bad", "candidate good", "bad"), lines, "No outcome was counted yet.")


def _standing(rollout: dict[str, Any]) -> Any:
    return say.facts(evidence(rollout["standing"]))


def _missing(rollout: dict[str, Any]) -> Any:
    return say.table(("missing for the next share",), ([text] for text in rollout["missing"]))


def _changes(rollout: dict[str, Any]) -> Any:
    columns = ("revision", "at", "change", "percent", "by", "reason")
    return say.table(columns, ([change[column] for column in columns] for change in rollout["changes"]))


_PARTS = {"counts": _counts, "standing": _standing, "missing": _missing, "changes": _changes}
