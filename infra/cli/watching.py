"""Commands `dashboard` and `alarms`: the business in figures, and what needs somebody."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from infra.cli import say
from infra.cli.call import Service

app = typer.Typer()
_BARS = "▁▂▃▄▅▆▇█"
_FIRES = 1  # exit code
Json = dict[str, Any]


@app.command()
def dashboard(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=90, help="How far back; up to two days come by the hour.")] = 7,
    as_json: say.Json = False,
) -> None:
    """The business in figures: approval, latency, errors, cost, and from a job to a referral, by version.

    Each series is drawn from its lowest to its highest figure, with the last one behind it.

    Example: referral dashboard --days 14
    """
    say.answer(_figures(ctx, days), as_json, _page)


@app.command()
def alarms(ctx: typer.Context, as_json: say.Json = False) -> None:
    """Every alarm, those that fire first, with its entry in the runbook. Exit code 1 while one fires.

    Example: referral alarms --json
    """
    known = _figures(ctx, 1)["alarms"]
    say.answer(known, as_json, _table)
    if any(one["state"] == "ALARM" for one in known):
        raise typer.Exit(_FIRES)


def _figures(ctx: typer.Context, days: int) -> Json:
    return Service(ctx.obj, "events_api").get("figures", days=days)


def _page(figures: Json) -> Any:
    from rich.console import Group

    firing = [one["name"] for one in figures["alarms"] if one["state"] == "ALARM"]
    by = "hour" if figures["period_seconds"] == 3_600 else "day"
    said = f"{figures['from']} to {figures['to']}, by the {by}. Alarms: {', '.join(firing) or 'none'}."
    parts = [part for chart in figures["charts"] for part in ("", say.text(_title(chart)), _chart(chart))]
    return Group(say.text(said), *parts)


def _title(chart: Json) -> str:
    limit = f"; alarm at {_figure(chart['threshold'])}" if chart["threshold"] is not None else ""
    return f"{chart['title']} ({chart['unit']}{limit})"


def _chart(chart: Json) -> Any:
    rows = list(_steps(chart) if chart["kind"] == "funnel" else _lines(chart))
    return say.table(("", "", ""), rows, "Nothing was measured.")


def _lines(chart: Json) -> Iterator[Sequence[Any]]:
    for series in chart["series"]:
        values = [value for _, value in series["points"]]
        known = [value for value in values if value is not None]
        if known:
            yield series["label"], sparkline(values), _figure(known[-1])


def _steps(chart: Json) -> Iterator[Sequence[Any]]:
    """Each step with its share of the first."""
    totals = [(series["label"], series["points"][0][1] or 0) for series in chart["series"]]
    first = totals[0][1] if totals else 0
    for label, total in totals:
        yield label, _figure(total), f"{100 * total / first:.0f} %" if first else ""


def sparkline(values: Sequence[float | None]) -> str:
    """One character for each figure, a space for none."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 0)
    step = (high - low) / (len(_BARS) - 1) or 1
    return "".join(" " if value is None else _BARS[round((value - low) / step)] for value in values)


def _figure(value: float) -> str:
    return f"{value:.4g}"


def _table(known: list[Json]) -> Any:
    rows = ((one["state"], one["name"], say.moment(one["since"]), one["runbook"]) for one in known)
    return say.table(("state", "alarm", "since", "what to do"), rows, "No alarm is deployed.")
