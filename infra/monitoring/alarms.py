"""Every alarm on how the business runs, as data; those on queues and relays stand with them in infra/service.

Thresholds are names in `[alarms]` of infra/accounts.toml, and so are the samples without which a rate says nothing.
None fires on missing data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

from infra.accounts import alarm_parameter
from infra.platform.charts import Metric
from shared.observe import namespace

_FIVE, _QUARTER, _HOUR, _DAY, _WEEK = 300, 900, 3_600, 86_400, 604_800
_ASKED = ("deployer", "evaluation", "features", "orchestrator", "platform", "prep", "registry")  # who has an API
Json = dict[str, Any]


@dataclass(frozen=True)
class Alarm:
    """``$name`` in the expression is a metric, or a number of the account; it breaches in ``m`` of ``n`` periods."""

    name: str
    says: str
    runbook: str
    metrics: Mapping[str, Metric]
    expression: str
    threshold: str
    period: int
    below: bool = False
    m: int = 1
    n: int = 1
    sample: str = ""

    def template(self) -> Json:
        """As CloudFormation wants it."""
        return {
            "AlarmName": {"Fn::Sub": f"referral-${{Account}}-{self.name}"},
            "AlarmDescription": f"{self.says} What to do: docs/runbook.md#{self.runbook}",
            "Metrics": [*self._metrics(), {"Id": "watched", "Expression": _filled_in(self._expression()), "Label": self.name}],
            "Threshold": {"Ref": alarm_parameter(self.threshold)},
            "ComparisonOperator": "LessThanThreshold" if self.below else "GreaterThanThreshold",
            "EvaluationPeriods": self.n, "DatapointsToAlarm": self.m, "TreatMissingData": "notBreaching",
            "AlarmActions": [TOPIC], "OKActions": [TOPIC],
        }

    def _expression(self) -> str:
        """With the metrics' ids, and the account's sample as CloudFormation fills it in."""
        sample = f"${{{alarm_parameter(self.sample)}}}" if self.sample else ""
        return Template(self.expression).substitute({name: name for name in self.metrics} | {"sample": sample})

    def _metrics(self) -> Iterator[Json]:
        for name, metric in self.metrics.items():
            stat = metric.measured(namespace("${Account}"), self.period)
            stat["Metric"] |= {"Namespace": _filled_in(stat["Metric"]["Namespace"]), "Dimensions": [
                {"Name": one["Name"], "Value": _filled_in(one["Value"])} for one in stat["Metric"]["Dimensions"]]}
            yield {"Id": name, "MetricStat": stat, "ReturnData": False}


TOPIC = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:referral-${Account}-alarms"}


def rate(name: str, says: str, bad: Metric, of: Metric, **options: Any) -> Alarm:
    """An alarm on a share in percent, which nothing is said of below a sample."""
    expression = "IF($of >= $sample, 100 * FILL($bad, 0) / $of, 0)"
    return Alarm(name, says, name, {"bad": bad, "of": of}, expression, **options)


def of_arm(arm: str) -> Iterator[Alarm]:
    """What the deployer hears: whether one arm of a rollout fails outright, or is far too slow."""
    by = {"agent": "${Agent}", "arm": arm}
    failed, count = Metric("DraftsFailed", "Average", by), Metric("DraftsFailed", "SampleCount", by)
    slow, drafts = Metric("DraftLatency", "p95", by), Metric("DraftLatency", "SampleCount", by)
    yield Alarm(f"{arm}-errors", f"Drafts of the {arm} fail.", "an-arm-fails-or-is-slow", {"failed": failed, "count": count},
                "IF($count >= $sample, 100 * $failed, 0)", "arm_errors_percent", _HOUR, sample="arm_sample")
    yield Alarm(f"{arm}-latency", f"Drafts of the {arm} take far too long.", "an-arm-fails-or-is-slow",
                {"slow": slow, "count": drafts}, "IF($count >= $sample, $slow / 1000, 0)", "arm_latency_seconds", _HOUR,
                sample="arm_sample")


def alarms() -> tuple[Alarm, ...]:
    failed = Metric("DraftsFailed", "Average"), Metric("DraftsFailed", "SampleCount")
    return (
        Alarm("approval-rate", "Reviewers approve too few of a day's drafts.", "approval-rate",
              {"approved": Metric("Approved", "Average"), "decided": Metric("Decided")},
              "IF($decided >= $sample, 100 * $approved, 100)", "approval_percent", _DAY, below=True, sample="approval_sample"),
        Alarm("draft-latency", "Drafts take too long: of 20, more than one.", "draft-latency",
              {"slow": Metric("DraftLatency", "p95"), "drafts": Metric("Drafted")},
              "IF($drafts >= $sample, $slow / 1000, 0)", "latency_seconds", _HOUR, m=2, n=3, sample="latency_sample"),
        Alarm("draft-errors", "Too many drafts fail.", "draft-errors", {"failed": failed[0], "count": failed[1]},
              "IF($count >= $sample, 100 * $failed, 0)", "errors_percent", _HOUR, sample="errors_sample"),
        Alarm("oldest-review", "A draft waits too long for a reviewer.", "oldest-review",
              {"age": Metric("OldestReview", "Maximum", service="orchestrator")}, "$age / 3600", "review_hours", _QUARTER, m=2, n=2),
        Alarm("cost-per-day", "Models cost more than planned in 24 hours, in USD.", "cost-per-day",
              {"drafts": Metric("CostUsd"), "evaluations": Metric("EvaluationCostUsd")}, "SUM([$drafts, $evaluations])",
              "cost_usd_per_day", _DAY),
        rate("bounce-rate", "Mails bounce: SES pauses an account for that.", Metric("Bounced"), Metric("Sent"),
             threshold="bounce_percent", period=_WEEK, sample="mail_sample"),
        rate("complaint-rate", "Recipients call mails spam: SES pauses an account for that.", Metric("Complained"), Metric("Sent"),
             threshold="complaint_percent", period=_WEEK, sample="complaint_sample"),
        Alarm("quarantine-rate", "Many jobs can't be used.", "quarantine-rate",
              {"rejected": Metric("Quarantined", "Average"), "jobs": Metric("Quarantined", "SampleCount")},
              "IF($jobs >= $sample, 100 * $rejected, 0)", "quarantine_percent", _DAY, sample="quarantine_sample"),
        Alarm("requests-failed", "What people ask is answered with an error of our own.", "requests-that-fail",
              {name: Metric("RequestsFailed", service=name) for name in _ASKED},
              f"SUM([{', '.join(f'${name}' for name in _ASKED)}])", "function_errors", _FIVE, m=2, n=3),
        *of_arm("candidate"), *of_arm("control"),
    )


def _filled_in(text: str) -> Any:
    """By CloudFormation, where there is something to fill in."""
    return {"Fn::Sub": text} if "${" in text else text
