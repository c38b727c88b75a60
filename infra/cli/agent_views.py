"""How agents, their versions, and how these do look to people."""

from collections.abc import Iterator, Sequence
from typing import Any

from infra.cli import say

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def rows(agents: list[dict[str, Any]]) -> Any:
    lines = ((agent["agent"], agent["latest_version"], agent["aliases"]) for agent in agents)
    empty = "No agent is registered: see `referral agents register --help`."
    return say.table(("agent", "latest version", "aliases"), lines, empty)


def page(agent: dict[str, Any]) -> Any:
    """An agent with its aliases, rollouts and versions, and how each version does."""
    from rich.console import Group

    pointers = ((to["alias"], to["version"], to["moved_at"], to["cause"]) for to in agent["aliases"])
    columns = ("version", "model_id", "author", "message", "registered_at", "config_hash")
    versions = ([*(version[name] for name in columns), _retired(version)] for version in agent["versions"])
    parts = [
        say.table(("alias", "version", "moved", "why"), pointers, "No alias names a version."),
        say.table((*columns, "retired"), versions),
        say.table(_DOING, map(_doing, agent["versions"])),
    ]
    underway = [(one["rollout_id"], one["candidate"], one["baseline"], one["percent"]) for one in agent["rollouts"]]
    if underway:
        parts.insert(1, say.table(("rollout", "candidate", "baseline", "percent"), underway))
    return Group(*(line for part in parts for line in (part, "")))


def prompts(version: dict[str, Any]) -> Any:
    """One version with what it tells the model."""
    from rich.console import Group

    config = dict(version["config"])
    texts = [say.text(f"\n{name}:\n{config.pop(name)}") for name in ("system_prompt", "user_prompt")]
    about = {name: value for name, value in version.items() if name not in ("config", "retired")}
    return Group(say.facts(about | {"retired": _retired(version)} | config), *texts)


def moves(history: list[dict[str, Any]]) -> Any:
    lines = ((move["moved_at"], move["from_version"], move["version"], move["cause"]) for move in history)
    return say.table(("moved", "from version", "to version", "why"), lines)


def differences(found: dict[str, Any]) -> Any:
    """Prompts as coloured lines, all other fields as a table."""
    from rich.console import Group

    names = (f"version {found['from_version']}", f"version {found['to_version']}")
    if not found["changes"]:
        return say.text(f"{' and '.join(names)} say the same.")
    values = [(one["field"], one["before"], one["after"]) for one in found["changes"] if "diff" not in one]
    parts: list[Any] = [say.table(("field", *names), values), ""] if values else []
    for one in found["changes"]:
        parts += [say.text(one["field"]), *map(_line, one["diff"]), ""] if "diff" in one else []
    return Group(*parts)


def performance(seen: dict[str, Any]) -> Any:
    """What became of a version's drafts, in words."""
    waits = ", ".join(f"{name} {say.shown(seen['latency_ms'][name])} ms" for name in ("p50", "p95", "p99"))
    return say.facts({
        "agent": seen["agent"], "version": seen["version"], "drafts": seen["drafts"],
        "approved": f"{_percent(seen['approval_rate'])} ({say.shown(seen['approved'])})",
        "rejected": seen["rejected"] or 0, "errors": seen["errors"] or 0, "withdrawn": seen["withdrawn"],
        "sent": seen["sent"], "conversions": seen["conversions"],
        "latency": f"{waits} (within {_percent(seen['latency_ms']['relative_error'])})",
        "tokens": f"{seen['input_tokens']} in, {seen['output_tokens']} out",
        "cost": f"USD {seen['cost_usd']}, {seen['unpriced_drafts']} drafts without a price",
        "counted since": seen["counted_since"] or "the beginning",
    })


def evaluations(found: list[dict[str, Any]]) -> Any:
    columns = ("finished", "evaluation", "baseline", "cases", "verdict", "passed", "difference", "why")
    return say.table(columns, map(_evaluation, found), "This version was not evaluated yet.")


_DOING = ("version", "drafts", "approved", "rejected", "errors", "sent", "p50 ms", "p95 ms", "USD", "last evaluation")


def _doing(version: dict[str, Any]) -> Iterator[Any]:
    seen, last = version["performance"], version["evaluation"]
    yield from (version["version"], seen["drafts"], _percent(seen["approval_rate"]))
    yield from (sum(seen["rejected"].values()), sum(seen["errors"].values()), seen["sent"])
    yield from (seen["latency_ms"]["p50"], seen["latency_ms"]["p95"], seen["cost_usd"])
    yield f"{last['verdict']} (against {last['baseline']}, {last['evaluation_id']})" if last else None


def _evaluation(one: dict[str, Any]) -> Sequence[Any]:
    low, high = one["comparison"]["interval"]
    difference = f"{one['comparison']['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
    passed = "yes" if one["passed"] else "no"
    about = [one[name] for name in ("finished_at", "evaluation_id", "baseline", "cases", "verdict")]
    return [*about, passed, difference, "; ".join(one["reasons"])]


def _line(text: str) -> Any:
    from rich.text import Text

    return Text(say.shown(text), style=_COLOURS.get(text[:1], ""))


def _retired(version: dict[str, Any]) -> str | None:
    gone = version["retired"]
    return f"{gone['at']} by {gone['by']}: {gone['reason']}" if gone else None


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{100 * rate:.1f} %"
