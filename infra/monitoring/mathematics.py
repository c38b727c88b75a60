"""CloudWatch's metric math, as far as our alarms and charts use it; pure.

The laptop's emulator has none of it, and the tests of the thresholds need it. The syntax of what we use is Python's.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from infra.monitoring.metrics import Known, Series, Span, found, statistic

Found = list[tuple[dict[str, str], Series]]  # what a search gives: one for each set of dimensions
Value = float | Series | Found
Query = Mapping[str, Any]
_BINARY: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
}


class NotUnderstood(Exception):
    """An expression uses what is not built here."""


class Answers:
    """The results of queries, as GetMetricData takes them, over one span of time."""

    def __init__(self, queries: Sequence[Query], known: Known, span: Span) -> None:
        self.queries = {query["Id"]: query for query in queries}
        self.known = known
        self.span = span
        self._functions = {"IF": self._if, "FILL": self._fill, "SUM": self._sum, "SEARCH": self._search}

    def of(self, name: str) -> Value:
        """What the query with this id gives."""
        query = self.queries[name]
        if "Expression" in query:
            return self._value(_parsed(query["Expression"]))
        asked = query["MetricStat"]
        metric = asked["Metric"]
        dimensions = {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])}
        samples = self.known((metric["Namespace"], metric["MetricName"])).get(frozenset(dimensions.items()), [])
        return statistic(samples, asked["Stat"], self.span)

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.of(name)
            case ast.List(elts=parts):
                return [({}, self._value(part)) for part in parts]
            case ast.BinOp(left=left, op=op, right=right):
                return combined(_BINARY[type(op)], self._value(left), self._value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return combined(_BINARY[type(op)], self._value(left), self._value(right))
            case ast.Call(func=ast.Name(id=name), args=given) if name in self._functions:
                return self._functions[name](*map(self._value, given))
        raise NotUnderstood(ast.unparse(node))

    def _if(self, asked: Series, yes: Value, no: Value) -> Series:
        chosen = {at: yes if truth else no for at, truth in asked.items()}
        picked = {at: one.get(at) if isinstance(one, dict) else one for at, one in chosen.items()}
        return {at: value for at, value in picked.items() if value is not None}

    def _fill(self, series: Series, instead: float) -> Series:
        return {at: series.get(at, instead) for at in self.span.moments()}

    def _sum(self, parts: Found) -> Series:
        moments = sorted({at for _, series in parts for at in series})
        return {at: sum(series.get(at, 0) for _, series in parts) for at in moments}

    def _search(self, wanted: str, stat: str, period: int) -> Found:
        return [(dict(dimensions), statistic(samples, stat, self.span)) for dimensions, samples in found(wanted, self.known)]


def combined(how: Callable[[float, float], float], one: Value, other: Value) -> Value:
    """Arithmetic at every moment that both have; dividing by zero gives no figure."""
    if isinstance(one, list):
        return [(name, combined(how, part, other)) for name, part in one]
    if isinstance(other, list):
        return [(name, combined(how, one, part)) for name, part in other]
    if not isinstance(one, dict) and not isinstance(other, dict):
        return float(how(one, other))
    moments = one if isinstance(one, dict) else other
    both = {at: (_at(one, at), _at(other, at)) for at in moments}
    usable = {at: pair for at, pair in both.items() if None not in pair and (how is not operator.truediv or pair[1])}
    return {at: float(how(*pair)) for at, pair in usable.items()}


def _at(value: Any, at: int) -> Any:
    return value.get(at) if isinstance(value, dict) else value


@cache
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body
