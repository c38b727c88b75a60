"""Dashboards in CloudWatch's own form: the business, and one for each stack."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from infra.accounts import alarm_parameter
from infra.monitoring.alarms import TOPIC, alarms
from infra.monitoring.rooms import BASE, Room
from infra.platform.charts import Chart
from shared.observe import namespace

_WIDTH, _HEIGHT, _ACROSS = 8, 6, 3  # of 24 columns
_DAY, _MINUTES = 86_400, 300
_UNQUOTED = re.compile(r'"(\$\{Alarm\w+\})"')  # a number, once CloudFormation has filled it in
Widget = dict[str, Any]
Row = list[Any]


def business(charts: Sequence[Chart], composite: str) -> str:
    """The text of the business dashboard, with CloudFormation's names in it."""
    thresholds = {alarm.name: alarm_parameter(alarm.threshold) for alarm in alarms()}
    watched = [composite, *(alarm.name for alarm in alarms())]
    arns = [f"{TOPIC['Fn::Sub'].partition(':sns')[0]}:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:referral-${{Account}}-{one}"
            for one in watched]
    first = {"type": "alarm", "width": 24, "height": 4, "properties": {"title": "Alarms", "alarms": arns}}
    return _body(first, (_chart(chart, thresholds.get(chart.alarm)) for chart in charts))


def technical(room: Room) -> str:
    """The text of a stack's dashboard: its functions, queues, relay, table and own counts."""
    first = {"type": "text", "width": 24, "height": 2, "properties": {"markdown": _page(room)}}
    return _body(first, (_metrics(title, rows, _MINUTES) for title, rows in _rows(room) if rows))


def _rows(room: Room) -> Iterator[tuple[str, list[Row]]]:
    functions = [f"referral-${{Account}}-{name}" for name in room.all_functions]
    mailboxes = [f"referral-${{Account}}-{name}" for name in room.mailboxes]
    failed = [f"referral-${{Account}}-{name}" for name in room.failed_queues]
    tables = [f"referral-${{Account}}-{name}" for name in room.tables]
    yield "Errors of functions", [_row("AWS/Lambda", "Errors", "FunctionName", name) for name in functions]
    yield "Throttled invocations", [_row("AWS/Lambda", "Throttles", "FunctionName", name) for name in functions]
    yield "Invocations", [_row("AWS/Lambda", "Invocations", "FunctionName", name) for name in functions]
    yield "Milliseconds, 95 of 100 were quicker", [_row("AWS/Lambda", "Duration", "FunctionName", name, "p95") for name in functions]
    waiting = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
    yield "Messages that wait, seconds of the oldest", [
        _row("AWS/SQS", metric, "QueueName", name, "Maximum") for metric in waiting for name in mailboxes]
    yield "Dead letters and what the bus refused", [_row("AWS/SQS", waiting[0], "QueueName", name, "Maximum") for name in failed]
    yield "Milliseconds until an announcement is read from the outbox", [
        _row("AWS/Lambda", "IteratorAge", "FunctionName", name, "Maximum") for name in functions if name.endswith("-relay")]
    yield "Requests that the table did not take at once", [
        _row("AWS/DynamoDB", metric, "TableName", name) for metric in ("ReadThrottleEvents", "WriteThrottleEvents") for name in tables]
    search = f"SEARCH('{{{namespace('${Account}')},service}} service=\"{room.name}\"', 'Sum', {_MINUTES})"
    yield "What it counts itself", [[{"expression": search, "label": "", "id": "counts"}]]


def _page(room: Room) -> str:
    where = f"{'infra' if room.name in BASE else 'services'}/{room.name}/README.md"
    return f"# {room.name}\\nWhat it does and why each alarm exists: {where}. What to do: docs/runbook.md"


def _row(namespace: str, metric: str, dimension: str, name: str, stat: str = "Sum") -> Row:
    return [namespace, metric, dimension, name, {"stat": stat}]


def _chart(chart: Chart, threshold: str | None) -> Widget:
    widget = _metrics(chart.title, [_drawn(query) for query in chart.queries(namespace("${Account}"), _DAY)], _DAY)
    told = widget["properties"]
    told["yAxis"] = {"left": {"min": 0, "label": chart.unit, "showUnits": False}}
    if chart.kind in ("funnel", "number"):
        told |= {"view": "bar", "setPeriodToTimeRange": True}
    elif chart.kind == "bars":
        told["stacked"] = True
    if threshold:
        told["annotations"] = {"horizontal": [{"label": "alarm", "value": f"${{{threshold}}}"}]}
    return widget


def _drawn(query: dict[str, Any]) -> Row:
    """A query of GetMetricData as a line of a widget; CloudFormation is to leave the placeholders of labels alone."""
    if "Expression" in query:
        label = query["Label"].replace("${", "${!")
        return [{"id": query["Id"], "expression": query["Expression"], "label": label, "period": query["Period"]}]
    asked = query["MetricStat"]
    metric = asked["Metric"]
    named = [part for one in metric["Dimensions"] for part in (one["Name"], one["Value"])]
    return [metric["Namespace"], metric["MetricName"], *named,
            {"id": query["Id"], "stat": asked["Stat"], "period": asked["Period"], "visible": False}]


def _metrics(title: str, rows: list[Row], period: int) -> Widget:
    told = {"title": title, "region": "${AWS::Region}", "view": "timeSeries", "period": period, "metrics": rows}
    return {"type": "metric", "width": _WIDTH, "height": _HEIGHT, "properties": told}


def _body(first: Widget, others: Iterable[Widget]) -> str:
    """A widget a line, three beside each other below the first."""
    placed = [{**first, "x": 0, "y": 0}]
    placed += [
        {**one, "x": number % _ACROSS * _WIDTH, "y": first["height"] + number // _ACROSS * _HEIGHT}
        for number, one in enumerate(others)
    ]
    lines = ",\n".join(json.dumps(one) for one in placed)
    return _UNQUOTED.sub(r"\1", f'{{"start": "-P7D", "widgets": [\n{lines}\n]}}\n')
