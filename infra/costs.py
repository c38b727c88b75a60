"""What an account costs in a month while nobody does anything: counted in the templates, priced by docs/scalability/prices.toml.

What jobs, drafts and mails cost beyond that is computed by docs/scalability.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra import deploy
from infra.accounts import ROOT
from infra.promotion.aspects import bounded, gradual

PRICES = ROOT / "docs/scalability/prices.toml"
_HOURS = 730
_POLLS = 15 * 60 * _HOURS  # of an empty queue in a month: five pollers of Lambda that wait for 20 s each
_UNITS = 2  # of OpenSearch Serverless, the least there is with redundancy
_SERVICES = "AWS::Serverless::Application"


class Line(NamedTuple):
    """So many of a thing at so much."""

    what: str
    count: int
    usd_each: float

    @property
    def usd(self) -> float:
        return self.count * self.usd_each


def standing(counts: Counter[str], prices: dict[str, Any], vector_store: str) -> list[Line]:
    """The lines of a month's bill, dearest first."""
    watched, units = prices["cloudwatch"], _UNITS if vector_store == "opensearch" else 0
    lines = [
        Line("metrics that alarms look at", counts["metrics"], watched["alarm_month"]),
        Line("alarms on alarms", counts["AWS::CloudWatch::CompositeAlarm"], watched["composite_month"]),
        Line("dashboards", counts["AWS::CloudWatch::Dashboard"], watched["dashboard_month"]),
        Line("secrets", counts["AWS::SecretsManager::Secret"], prices["secrets"]["secret_month"]),
        Line("queues that functions ask whether there is mail", counts["mailboxes"], _POLLS * prices["sqs"]["request"]),
        Line("units of OpenSearch Serverless", units, _HOURS * prices["opensearch"]["unit_hour"]),
    ]
    return sorted((line for line in lines if line.count), key=lambda line: -line.usd)


def counted() -> Counter[str]:
    """What all stacks of an account make, by type; ``metrics`` of alarms and ``mailboxes`` apart."""
    counts: Counter[str] = Counter()
    for stack in deploy.stacks():
        for resource in _resources(deploy.template(stack)):
            counts[resource["Type"]] += 1
            counts["metrics"] += _metrics(resource)
            counts["mailboxes"] += sum(event["Type"] == "SQS" for event in _events(resource))
    return counts


def known() -> dict[str, Any]:
    """The table of prices, with the day on which somebody looked at its sources."""
    return tomllib.loads(PRICES.read_text())


def _resources(path: Path) -> Iterator[dict[str, Any]]:
    """Of a template and of those that it nests, each as often as it is nested."""
    from samcli.yamlhelper import yaml_parse

    for resource in gradual(bounded(yaml_parse(path.read_text())))["Resources"].values():
        yield resource
        if resource["Type"] == _SERVICES:
            yield from _resources((path.parent / resource["Properties"]["Location"]).resolve())


def _metrics(resource: dict[str, Any]) -> int:
    if resource["Type"] != "AWS::CloudWatch::Alarm":
        return 0
    return sum("MetricStat" in one for one in resource["Properties"].get("Metrics", [])) or 1


def _events(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return list(resource.get("Properties", {}).get("Events", {}).values())
