"""Command `rollouts explain`: every decision about a rollout, recomputed from the event log alone."""

from collections.abc import Iterator
from math import exp
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import say

app = typer.Typer()
_DIFFERS = 1  # exit code
_HIGHEST = 700.0  # above it a float has no exponential
Id = Annotated[str, typer.Argument(metavar="ROLLOUT", help="The rollout's id; `referral rollouts list` tells it.")]


@app.command()
def explain(
    ctx: typer.Context,
    rollout: Id,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the curve of evidence into this file.")] = None,
    as_json: say.Json = False,
) -> None:
    """Recompute every decision about a rollout from the event log alone, and say what differs.

    Each from its own counts and the frozen plan; its counts beside those of the log; and the whole once more in
    the order of the log. Exit code 1 where anything differs.

    Example: referral rollouts explain ro-0123456789 --svg evidence.svg
    """
    from infra.cli.explanation import explanation  # the contracts are slow to import, and help needs none

    found = explanation(ctx.obj, rollout)
    if svg:
        svg.write_text(found.curve.svg(f"Evidence that the candidate of {rollout} is worse"), encoding="utf-8")
    say.answer(found.public(), as_json, lambda said: _page(found, said))
    if found.differences:
        raise typer.Exit(_DIFFERS)


def _page(found: Any, said: dict[str, Any]) -> Any:
    from rich.console import Group

    about = {name: said[name] for name in ("rollout_id", "agent", "candidate", "baseline")}
    columns = ("revision", "when", "change", "share", "by", "evidence said", "again", "in flight", "same")
    curve = _curve(found, said) if said["curve"] else ["", say.text("No outcome was counted.")]
    table = say.table(columns, map(_row, said["decisions"]))
    return Group(say.facts(about), "", table, *curve, "", *map(say.text, _verdict(said["differences"])))


def _curve(found: Any, said: dict[str, Any]) -> list[Any]:
    first = said["replay"]["first_crossing"]
    crossed = f"first after outcome {first['outcome']}, at {first['share']} %" if first else "never"
    return [
        "", say.text(f"Evidence that the candidate is worse, after each of {len(said['curve'])} outcomes; ^ is a change:"),
        *map(say.text, found.curve.drawn()),
        say.text(f"It suffices to go back: {crossed}."),
        *(say.text(f"Only between two looks: {text}.") for text in said["replay"]["between_looks"]),
    ]


def _row(decision: dict[str, Any]) -> list[Any]:
    recorded, again = decision["recorded"], decision["recomputed"]
    return [
        decision["revision"], say.moment(decision["at"]), decision["change"].removeprefix("Rollout"),
        f"{decision['percent']} %", decision["by"] or ("evidence" if recorded else "evaluation"),
        recorded and _factor(recorded), again and _factor(again),
        decision["in_flight"], "NO" if decision["differences"] else "yes",
    ]


def _factor(evidence: dict[str, Any]) -> str:
    return f"{exp(min(evidence['log_e'], _HIGHEST)):.4g}"


def _verdict(found: list[str]) -> Iterator[str]:
    if not found:
        yield "Every decision is reproduced: the log gives the same counts, the same evidence, the same steps."
        return
    yield "The log does not give what was decided:"
    yield from (f"  {text}" for text in found)
