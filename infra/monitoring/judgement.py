"""What state an alarm is in, as CloudWatch would say: M out of N periods, and what missing ones count as; pure."""

import operator
from collections.abc import Mapping
from typing import Any, Literal

from infra.monitoring.mathematics import Answers
from infra.monitoring.metrics import Known, Series, Span

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Alarm = Mapping[str, Any]  # in the words of PutMetricAlarm
_COMPARISONS = {
    "GreaterThanThreshold": operator.gt, "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt, "LessThanOrEqualToThreshold": operator.le,
}
_MINUTE = 60


def judged(alarm: Alarm, known: Known, now: float) -> State:
    """The state of an alarm after the last whole minute; its window slides by minutes, whatever its period."""
    series, _ = watched(alarm, known, now)
    asked = int(alarm["EvaluationPeriods"])
    breaches = _COMPARISONS[alarm["ComparisonOperator"]]
    there = [breaches(value, float(alarm["Threshold"])) for value in series.values()]
    missing = asked - len(there)
    match alarm.get("TreatMissingData", "missing"):
        case "breaching":
            there += [True] * missing
        case "notBreaching":
            there += [False] * missing
    if not there:
        return "INSUFFICIENT_DATA"
    return "ALARM" if sum(there) >= int(alarm.get("DatapointsToAlarm") or asked) else "OK"


def watched(alarm: Alarm, known: Known, now: float) -> tuple[Series, int]:
    """The figures that an alarm compares, and their period in seconds."""
    queries = queries_of(alarm)
    period = max(int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query)
    until = int(now // _MINUTE) * _MINUTE
    span = Span(until - period * int(alarm["EvaluationPeriods"]), until, period)
    [shown] = [query["Id"] for query in queries if query.get("ReturnData", True)]
    series = Answers(queries, known, span).of(shown)
    assert isinstance(series, dict), "an alarm watches one series"
    return series, period


def queries_of(alarm: Alarm) -> list[dict[str, Any]]:
    """An alarm on one metric as the query that it stands for."""
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {name: alarm[name] for name in ("Namespace", "MetricName")} | {"Dimensions": alarm.get("Dimensions", [])}
    stat = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    return [{"Id": "m", "MetricStat": {"Metric": metric, "Period": alarm["Period"], "Stat": stat}}]
