"""The business dashboard's figures and the state of every alarm, asked of CloudWatch."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.platform.charts import Chart
from shared import aws
from shared.observe import namespace

_RUNBOOK = re.compile(r"docs/runbook\.md#[\w-]+")
_HOUR, _DAY = 3_600, 86_400
_BY_THE_HOUR = 2  # days, at most
_QUERIES = 500  # that one call takes
Point = list[Any]
Json = dict[str, Any]


def figures(charts: Sequence[Chart], account: str, days: int, now: datetime) -> Json:
    """Every chart with its figures by the hour or by the day, today included; and every alarm, those that fire first."""
    period = _HOUR if days <= _BY_THE_HOUR else _DAY
    until = _next(now, period)
    since = until - timedelta(days=days)
    known = alarms(account)
    thresholds = {one["AlarmName"]: one.get("Threshold") for one in known}
    found = _asked([query for chart in charts for query in chart.queries(namespace(account), period)], since, until)
    moments = [since + timedelta(seconds=period * number) for number in range(days * _DAY // period)]
    return {
        "from": _moment(since), "to": _moment(until), "period_seconds": period,
        "charts": [_drawn(chart, found, moments, thresholds.get(f"referral-{account}-{chart.alarm}")) for chart in charts],
        "alarms": [_alarm(one) for one in known],
    }


def alarms(account: str) -> list[Json]:
    """Every alarm of the account as CloudWatch tells it, composite ones too, those that fire first."""
    pages = aws.client("cloudwatch").get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"referral-{account}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"],
    )
    found = [one for page in pages for one in (*page.get("CompositeAlarms", []), *page.get("MetricAlarms", []))]
    return sorted(found, key=lambda one: (one["StateValue"] != "ALARM", one["AlarmName"]))


def _asked(queries: list[Json], since: datetime, until: datetime) -> list[Json]:
    """What CloudWatch answers, in as many pages as it takes."""
    assert len(queries) <= _QUERIES, "more than one call takes"
    pages = aws.client("cloudwatch").get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=since, EndTime=until, ScanBy="TimestampAscending",
    )
    return [result for page in pages for result in page["MetricDataResults"]]


def _drawn(chart: Chart, found: Sequence[Json], moments: Sequence[datetime], threshold: float | None) -> Json:
    return {
        "key": chart.key, "title": chart.title, "unit": chart.unit, "kind": chart.kind, "threshold": threshold,
        "series": [_total(one) if chart.kind in ("number", "funnel") else one for one in _series(chart, found, moments)],
    }


def _series(chart: Chart, found: Sequence[Json], moments: Sequence[datetime]) -> Iterator[Json]:
    """One for each label; a search that finds nothing has none, and a long answer comes in parts."""
    for number, line in enumerate(chart.lines):
        parts: dict[str, dict[datetime, float]] = {} if "SEARCH(" in line.expression else {line.label: {}}
        for result in found:
            if result["Id"] == f"{chart.key}_{number}":
                values = zip(result["Timestamps"], result["Values"], strict=True)
                parts.setdefault(result["Label"], {}).update({_utc(at): value for at, value in values})
        for label, known in sorted(parts.items()):
            yield {"label": label, "points": [[_moment(at), known.get(at)] for at in moments]}


def _total(series: Json) -> Json:
    """One figure for all of the time."""
    points: list[Point] = series["points"]
    known = [value for _, value in points if value is not None]
    return series | {"points": [[points[0][0], sum(known) if known else None]]}


def _alarm(known: Json) -> Json:
    runbook = _RUNBOOK.search(known.get("AlarmDescription", ""))
    changed = known.get("StateTransitionedTimestamp") or known["StateUpdatedTimestamp"]
    return {
        "name": known["AlarmName"], "state": known["StateValue"], "since": _moment(_utc(changed)),
        "runbook": runbook[0] if runbook else None,
    }


def _next(now: datetime, period: int) -> datetime:
    """The end of the period that is running."""
    return datetime.fromtimestamp((int(now.timestamp()) // period + 1) * period, UTC)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
