"""How evaluations look to people."""

from typing import Any

from infra.cli import say

_COLUMNS = ("evaluation", "agent", "candidate", "baseline", "status", "cases", "verdict", "passed", "started")
_ABOUT = ("evaluation_id", "agent", "candidate", "baseline", "status")
_AFTER = ("verdict", "passed", "cost_usd", "started_at", "finished_at")
_SIDES = ("baseline", "candidate")
_MEASURED = {
    "approved": "approved", "rejected": "rejected", "errors": "no draft", "failed_checks": "failed checks",
    "latency_ms_p50": "latency, median ms", "latency_ms_p95": "latency, 95 % ms", "input_tokens": "input tokens",
    "output_tokens": "output tokens", "cost_usd": "cost, USD",
}
Evaluation = dict[str, Any]


def rows(evaluations: list[Evaluation]) -> Any:
    empty = "No evaluation was started: see `referral evaluations run --help`."
    return say.table(_COLUMNS, map(_row, evaluations), empty)


def page(found: Evaluation) -> Any:
    """An evaluation: what it says and why, then both versions side by side, then the statistics."""
    from rich.console import Group

    about = {name: found[name] for name in _ABOUT} | {"cases": _done(found)}
    after = {name: found[name] for name in _AFTER if found.get(name) is not None}
    why = [say.text(f"  {reason}") for reason in found.get("reasons") or []]
    return Group(say.facts(about | after), *why, *_metrics(found), *_comparison(found))


def _row(found: Evaluation) -> tuple[Any, ...]:
    about = (found[name] for name in _ABOUT)
    return *about, _done(found), found.get("verdict"), found.get("passed"), found["started_at"]


def _done(found: Evaluation) -> str:
    return f"{found['done']} of {found['cases']}"


def _metrics(found: Evaluation) -> list[Any]:
    sides = found.get("metrics")
    if not sides:
        return []
    columns = ("", *(f"{side} {found[side]}" for side in _SIDES))
    lines = ((said, *(_measured(sides[side][name]) for side in _SIDES)) for name, said in _MEASURED.items())
    return ["", say.table(columns, lines)]


def _measured(value: Any) -> Any:
    return "none" if value == {} else value


def _comparison(found: Evaluation) -> list[Any]:
    told = found.get("comparison")
    return ["", say.facts(_statistics(told))] if told else []


def _statistics(told: dict[str, Any]) -> dict[str, str]:
    """Where nothing could be compared there is nothing to say beyond that."""
    low, high = (_points(end) for end in told["interval"])
    compared = {"compared": f"{told['compared']} cases; {told['inconsistent']} more on which the judge was not consistent"}
    if not told["compared"]:
        return compared
    return compared | {
        "approved of both": f"{told['both']}; of the baseline alone {told['only_baseline']}, of the candidate alone "
        f"{told['only_candidate']}, of neither {told['neither']}",
        "difference": f"{_points(told['difference'])} points, 95 % interval {low} to {high}",
        "p": f"worse {told['p_worse']:.3g}, better {told['p_better']:.3g}, "
        f"worse by {100 * told['margin']:g} points or more {told['p_inferior']:.3g}",
        "judge and people": f"agree on {told['agreed']} of {told['labelled']} drafts that people decided on",
    }


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
