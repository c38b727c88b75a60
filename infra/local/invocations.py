"""What is measured of each invocation: CloudWatch's own figures, and the function's lines in embedded metric format.

MiniStack counts only invocations by ``Invoke``, none by a queue, a stream, a schedule or a function's URL. It reads no
metrics from logs and counts no errors of URLs.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudwatch, lambda_svc

from infra.local import metering

Answered = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]
_emit_logs = lambda_svc._emit_lambda_logs
_MARK = '{"_aws"'


def measure() -> None:
    """Take MiniStack's places for this."""
    cloudwatch.record_metric = metering.record
    lambda_svc._emit_lambda_logs = ended
    lambda_svc._emit_lambda_metrics = throttled
    lambda_svc.handle_function_url_request = counted(lambda_svc.handle_function_url_request)


def ended(function: dict[str, Any], request_id: str, log: str, error: bool, duration_ms: int, **named: Any) -> None:
    """Count an invocation, whoever asked for it. Lines of metrics become figures; what is a log stays one."""
    name = (function.get("config") or function)["FunctionName"]
    _count(name, "Invocations", 1)
    _count(name, "Errors", int(error))
    _count(name, "Duration", float(f"{max(duration_ms, 1):.2g}"), "Milliseconds")  # so that a minute has few different ones
    lines = (log or "").splitlines()
    for line in lines:
        if line.startswith(_MARK):
            _read(json.loads(line))
    kept = "\n".join(line for line in lines if not line.startswith(_MARK))
    _emit_logs(function, request_id, kept, error, duration_ms, **named)


def throttled(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
    """MiniStack says so where no place is free, and again, with a duration, to who has invoked."""
    if throttle and not duration_ms:
        _count(name, "Throttles", 1)


def counted(answer: Answered) -> Answered:
    """Requests to a function's URL, and those that ended in its fault."""

    async def counting(url_id: str, *request: Any, **named: Any) -> tuple[int, dict[str, str], bytes]:
        answered = await answer(url_id, *request, **named)
        if found := lambda_svc.resolve_function_url(url_id):
            _count(found[2], "UrlRequestCount", 1)
            _count(found[2], "Url5xxCount", int(answered[0] >= 500))
        return answered

    return counting


def _count(function: str, metric: str, value: float, unit: str = "Count") -> None:
    metering.record(metering.FUNCTIONS, metric, value, unit, {"FunctionName": function})


def _read(line: dict[str, Any]) -> None:
    for told in line["_aws"]["CloudWatchMetrics"]:
        for names in told["Dimensions"]:
            dimensions = {name: str(line[name]) for name in names}
            for metric in told["Metrics"]:
                values = line[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    metering.record(told["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions)
