"""GetMetricData with metric math and searches, which MiniStack answers with "Expressions not implemented"."""

import re
from functools import cache
from typing import Any

from ministack.services import cloudwatch

from infra.local import metering
from infra.monitoring.mathematics import Answers
from infra.monitoring.metrics import Span

_plain = cloudwatch._get_metric_data
_DIMENSION = re.compile(r"\$\{PROP\('Dim\.(\w+)'\)\}")
Asked = dict[str, Any]


def draw() -> None:
    cloudwatch._get_metric_data = get_metric_data


def get_metric_data(params: Asked, asked: Asked, is_cbor: bool, is_json: bool = False) -> Any:
    queries = asked.get("MetricDataQueries", [])
    if not any("Expression" in query for query in queries):
        return _plain(params, asked, is_cbor, is_json)
    begin, end = (cloudwatch._parse_ts(asked[name]) for name in ("StartTime", "EndTime"))
    results = list(answered(queries, begin, end))
    if is_cbor:
        return cloudwatch._cbor_ok({"MetricDataResults": [cloudwatch._cbor_metric_data_result(one) for one in results]})
    return cloudwatch._json_ok({"MetricDataResults": results})


def answered(queries: list[Asked], begin: float, end: float) -> Any:
    """A result for each query whose data is wanted; a search has one for each metric that it finds."""
    period = max(int(query.get("Period") or query["MetricStat"]["Period"]) for query in queries)
    answers = Answers(queries, cache(metering.known), Span(int(begin // period) * period, int(end), period))
    for query in queries:
        if query.get("ReturnData", True):
            found = answers.of(query["Id"])
            for dimensions, series in found if isinstance(found, list) else [({}, found)]:
                yield {
                    "Id": query["Id"], "Label": _label(query, dimensions), "StatusCode": "Complete",
                    "Timestamps": [cloudwatch._ts_iso(at) for at in sorted(series)], "Values": [series[at] for at in sorted(series)],
                }


def _label(query: Asked, dimensions: dict[str, str]) -> str:
    """Its own, with the dimensions of what a search found in their places."""
    return _DIMENSION.sub(lambda name: dimensions.get(name[1], ""), query.get("Label", query["Id"]))
