"""What the business dashboard shows: the same definition for CloudWatch's own page, for `GET /figures` and for the laptop.

A line is one metric, arithmetic of several, or a search that finds one metric for every version of every agent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any, Literal

from infra.platform.measures import BY_VERSION, SERVICE
from shared import genai

Kind = Literal["line", "bars", "number", "funnel"]
EACH_VERSION = "${PROP('Dim.agent')} ${PROP('Dim.version')}"


@dataclass(frozen=True)
class Metric:
    """One metric and how its values of a period become one figure; ``dimensions`` beside the service that measured it."""

    name: str
    stat: str = "Sum"
    dimensions: Mapping[str, str] = field(default_factory=dict)
    service: str = SERVICE

    def measured(self, namespace: str, period: int) -> dict[str, Any]:
        """The MetricStat of a query or an alarm."""
        named = {**self.dimensions, "service": self.service}
        listed = [{"Name": name, "Value": value} for name, value in named.items()]
        return {
            "Metric": {"Namespace": namespace, "MetricName": self.name, "Dimensions": listed},
            "Period": period, "Stat": self.stat,
        }


@dataclass(frozen=True)
class Line:
    """One series of a chart, or one for each version; the expression says ``$name`` for each of its metrics."""

    label: str
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    expression: str = "$m"

    def queries(self, prefix: str, namespace: str, period: int) -> list[dict[str, Any]]:
        """As GetMetricData takes them; only the one whose id is the prefix gives a series, or several."""
        ids = {name: f"{prefix}_{name}" for name in self.metrics}
        known = ids | {"namespace": namespace, "period": str(period)}
        hidden = [
            {"Id": ids[name], "MetricStat": metric.measured(namespace, period), "ReturnData": False}
            for name, metric in self.metrics.items()
        ]
        return [*hidden, {
            "Id": prefix, "Expression": Template(self.expression).substitute(known), "Label": self.label, "Period": period,
        }]


@dataclass(frozen=True)
class Chart:
    """One picture; ``alarm`` names the alarm whose threshold is drawn into it."""

    key: str
    title: str
    unit: str
    kind: Kind
    lines: tuple[Line, ...]
    alarm: str = ""

    def queries(self, namespace: str, period: int) -> list[dict[str, Any]]:
        return [
            query for number, line in enumerate(self.lines) for query in line.queries(f"{self.key}_{number}", namespace, period)
        ]


def one(label: str, name: str, stat: str = "Sum", factor: str = "", service: str = SERVICE) -> Line:
    return Line(label, {"m": Metric(name, stat, service=service)}, f"{factor}$m")


def each(name: str, stat: str = "Sum", factor: str = "", label: str = EACH_VERSION, service: str = SERVICE) -> Line:
    """One series for each version that has such a metric."""
    dimensions = ",".join((*BY_VERSION, "service"))
    found = f'{{$namespace,{dimensions}}} service="{service}" MetricName="{name}"'
    return Line(label, expression=f"{factor}SEARCH('{found}', '{stat}', $period)")


def business() -> tuple[Chart, ...]:
    """From the most to the least urgent."""
    steps = {
        "Jobs": "Jobs", "Prepared": "Prepared", "Drafted": "Drafted", "Approved": "Approved", "Sent": "Sent",
        "Delivered": "Delivered", "Followed": "Followed", "Referred": "Referred",
    }
    sent = Metric("Sent")
    return (
        Chart("approval", "Drafts that reviewers approved", "percent", "line",
              (one("all", "Approved", "Average", "100 * "), each("Approved", "Average", "100 * ")), "approval-rate"),
        Chart("latency", "Seconds to write a draft, 95 of 100 were quicker", "seconds", "line",
              (one("all", "DraftLatency", "p95", "0.001 * "), each("DraftLatency", "p95", "0.001 * ")), "draft-latency"),
        Chart("errors", "Drafts that failed", "percent", "line",
              (one("all", "DraftsFailed", "Average", "100 * "), each("DraftsFailed", "Average", "100 * ")), "draft-errors"),
        Chart("cost", "Cost of the models", "USD", "bars",
              (each("CostUsd"), one("evaluations", "EvaluationCostUsd")), "cost-per-day"),
        Chart("funnel", "From a job to a referral", "count", "funnel", tuple(one(label, name) for label, name in steps.items())),
        Chart("funnel_by_version", "From a draft to a referral, by version", "count", "funnel", tuple(
            each(name, label=f"{EACH_VERSION} {name.lower()}") for name in ("Drafted", "Approved", "Referred"))),
        Chart("share", "Customers who get the candidate", "percent", "line",
              (each("RolloutShare", "Maximum", service="deployer"),)),
        Chart("review", "Hours that the oldest draft waits for a reviewer", "hours", "line",
              (Line("oldest", {"m": Metric("OldestReview", "Maximum", service="orchestrator")}, "$m / 3600"),), "oldest-review"),
        Chart("quarantine", "Jobs that could not be used", "percent", "line",
              (one("quarantined", "Quarantined", "Average", "100 * "),), "quarantine-rate"),
        Chart("mail", "Mails that bounced or were called spam", "percent", "line", (
            Line("bounced", {"bad": Metric("Bounced"), "sent": sent}, "100 * $bad / $sent"),
            Line("called spam", {"bad": Metric("Complained"), "sent": sent}, "100 * $bad / $sent")), "bounce-rate"),
        Chart("tokens", "Tokens of the drafts", "count", "bars",
              (one("in", genai.INPUT_TOKENS), one("out", genai.OUTPUT_TOKENS))),
        Chart("throttles", "Drafts that a model's quota did not allow", "count", "bars", (each("DraftsThrottled"),)),
    )
