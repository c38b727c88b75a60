"""Logs, counts and traces of a service, with nothing in them that identifies a person.

Only the fields named here can be logged, and an error is logged by its type and place, never by its message: what
somebody typed into a form can't get into a log, because there is no way in.
"""

import os
import traceback
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

LOGGABLE = frozenset({
    "account", "agent", "alias", "attempt", "bytes", "causation_id", "code", "content_hash", "correlation_id", "count",
    "detail_type", "draft_id", "error", "event_id", "field", "fields", "function", "latency_ms", "place", "producer",
    "evaluation_id", "message_id", "quarantine_id", "reason", "reasons", "referral_id", "replay", "revision", "rollout_id", "seconds",
    "status", "table", "version",
})


def namespace(account: str) -> str:
    """Where the metrics of an account are: several accounts may be stacks in one AWS account."""
    return f"ReferralEmailSystem/{account}"


class NotLoggable(Exception):
    """A field is not on the list of what may be logged."""


class Observer:
    """What one function says while it handles one batch."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._counts: dict[str, int] = {}
        self._measures: dict[tuple[tuple[str, str], ...], list[tuple[str, float, str]]] = {}

    def info(self, message: str, **fields: object) -> None:
        _logger(self.service).info(message, extra=_checked(fields))

    def warn(self, message: str, **fields: object) -> None:
        _logger(self.service).warning(message, extra=_checked(fields))

    def failure(self, message: str, error: BaseException, **fields: object) -> None:
        """Log an error by its type and the place that raised it."""
        where = list(traceback.walk_tb(error.__traceback__))
        place = f"{os.path.basename(where[-1][0].f_code.co_filename)}:{where[-1][1]}" if where else ""
        self_fields = fields | {"error": type(error).__name__, "place": place}
        _logger(self.service).error(message, extra=_checked(self_fields))

    def count(self, name: str, value: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + value

    def measure(self, name: str, value: float, unit: str, dimensions: dict[str, str]) -> None:
        """Keep one value of a metric; `unit` is one of CloudWatch's."""
        self._measures.setdefault(tuple(dimensions.items()), []).append((name, value, unit))

    def flush(self) -> None:
        """Write what was counted and measured in embedded metric format, a line for each set of dimensions."""
        self._flush_counts()
        measures, self._measures = self._measures, {}
        for dimensions, values in measures.items():
            metrics = _metrics(self.service)
            for dimension, told in dimensions:
                metrics.add_dimension(name=dimension, value=told)
            for name, value, unit in values:
                metrics.add_metric(name=name, unit=unit, value=value)
            metrics.flush_metrics()

    def _flush_counts(self) -> None:
        counted = {name: value for name, value in self._counts.items() if value}
        self._counts.clear()
        if not counted:
            return
        metrics = _metrics(self.service)
        for name, value in counted.items():
            metrics.add_metric(name=name, unit="Count", value=value)
        metrics.flush_metrics()

    def span(self, name: str) -> AbstractContextManager[Any]:
        """A trace segment where tracing is switched on; importing the tracer costs, so only there."""
        if not _traced():
            return _UNTRACED
        return _tracer(self.service).provider.in_subsegment(f"## {name}")


def _checked(fields: dict[str, object]) -> dict[str, object]:
    refused = fields.keys() - LOGGABLE
    if refused:
        raise NotLoggable(f"{sorted(refused)} may not be logged: see shared/observe.py")
    return fields


_UNTRACED: AbstractContextManager[Any] = nullcontext()


@cache
def _traced() -> bool:
    return os.environ.get("TRACING") == "on"


@cache
def _logger(service: str) -> Any:
    from aws_lambda_powertools import Logger

    return Logger(service=service, location=None)  # an error says its place; the others would all say this file


@cache
def _metrics(service: str) -> Any:
    from aws_lambda_powertools.metrics import Metrics

    return Metrics(namespace=namespace(os.environ.get("ACCOUNT", "none")), service=service)


@cache
def _tracer(service: str) -> Any:
    from aws_lambda_powertools import Tracer

    return Tracer(service=service)
