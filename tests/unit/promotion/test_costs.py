"""What an account costs before anybody does anything."""

from collections import Counter

import pytest

from infra import costs
from infra.accounts import ROOT

PRICES = {
    "cloudwatch": {"alarm_month": 0.1, "composite_month": 0.5, "dashboard_month": 3.0}, "secrets": {"secret_month": 0.4},
    "sqs": {"request": 0.4e-6}, "opensearch": {"unit_hour": 0.24},
}
SOME = Counter({"metrics": 20, "AWS::CloudWatch::Dashboard": 2, "mailboxes": 3})


def test_a_bill_has_what_there_is_dearest_first() -> None:
    lines = costs.standing(SOME, PRICES, "s3vectors")
    assert [line.what.split()[0] for line in lines] == ["dashboards", "metrics", "queues"]
    assert [round(line.usd, 2) for line in lines] == [6.0, 2.0, 0.79]


def test_opensearch_is_paid_by_the_hour_whether_it_is_asked_or_not() -> None:
    assert costs.standing(SOME, PRICES, "opensearch")[0].usd == pytest.approx(2 * 730 * 0.24)


def test_what_is_nested_counts_as_often_as_it_is_nested() -> None:
    counts = costs.counted()
    nested = sum(path.read_text().count("service/mailbox.yaml") for path in (ROOT / "services").glob("*/template.yaml"))
    nested += (ROOT / "infra/platform/template.yaml").read_text().count("service/mailbox.yaml")
    assert counts["mailboxes"] == nested
    assert counts["AWS::DynamoDB::Table"] == 7
    assert counts["metrics"] > counts["AWS::CloudWatch::Alarm"] > 2 * nested
