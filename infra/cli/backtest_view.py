"""A backtest for people: every figure with its error."""

from typing import Any

from infra.cli import say

_COLUMNS = (
    "scenario", "rolled back", "at each share", "released", "a person is asked",
    "exposed until rollback: mean, median, 90 %", "bad outcomes", "outcomes in all: mean",
)


def page(said: dict[str, Any]) -> Any:
    return say.table(_COLUMNS, map(_row, said["scenarios"]))


def _row(found: dict[str, Any]) -> list[str]:
    exposed = found["exposed_until_rollback"]
    return [
        found["scenario"],
        percent(found["rolled_back"]),
        " / ".join(f"{100 * part['value']:.3g}" for part in found["rolled_back_at"].values()) + " %",
        percent(found["released"]),
        percent(found["held"]),
        ", ".join(number(exposed[part]) for part in ("mean", "median", "p90")),
        number(found["bad"]),
        number(found["outcomes"]["mean"]),
    ]


def percent(estimate: dict[str, Any]) -> str:
    return f"{100 * estimate['value']:.1f} % ± {100 * estimate['error']:.1f}"


def number(estimate: dict[str, Any]) -> str:
    if estimate["value"] is None:
        return "-"
    return f"{estimate['value']:.0f}" + (f" ± {estimate['error']:.1f}" if estimate["error"] is not None else "")
