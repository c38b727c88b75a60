"""The dashboard and the alarms at the command line, from what CloudWatch would answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from typer.testing import CliRunner, Result

from infra.cli.main import app
from infra.cli.watching import sparkline
from infra.platform.api import app as events_api
from infra.platform.charts import business
from shared import aws
from shared.clock import now
from tests.harness.http import Http
from tests.harness.memory import MemoryStore
from tests.unit.cli.laptop import laptop

TODAY = now().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
ALARM = {
    "AlarmName": "referral-local-approval-rate", "StateValue": "OK", "StateUpdatedTimestamp": TODAY, "Threshold": 70.0,
    "AlarmDescription": "Too few. What to do: docs/runbook.md#approval-rate",
}
UNWELL = {"AlarmName": "referral-local-unwell", "StateValue": "ALARM", "StateUpdatedTimestamp": TODAY}
RESULTS = [
    {"Id": "approval_0", "Label": "all", "Timestamps": [TODAY - timedelta(days=1), TODAY], "Values": [80.0, 60.0]},
    {"Id": "approval_1", "Label": "referral-writer 1", "Timestamps": [TODAY], "Values": [90.0]},
    {"Id": "approval_1", "Label": "referral-writer 2", "Timestamps": [TODAY], "Values": [30.0]},
    {"Id": "funnel_0", "Label": "Jobs", "Timestamps": [TODAY - timedelta(days=1), TODAY], "Values": [12.0, 8.0]},
    {"Id": "funnel_2", "Label": "Drafted", "Timestamps": [TODAY], "Values": [5.0]},
]


def ask(*arguments: str, alarms: list[dict[str, Any]], results: list[dict[str, Any]] = RESULTS) -> Result:
    """The command, answered by the real API with these figures behind it."""
    stub = Stubber(aws.client("cloudwatch"))
    composite = [one for one in alarms if "Threshold" not in one]
    stub.add_response("describe_alarms", {
        "MetricAlarms": [one for one in alarms if one not in composite], "CompositeAlarms": composite,
    }, {"AlarmNamePrefix": "referral-local-", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]})
    stub.add_response("get_metric_data", {"MetricDataResults": results}, {
        "MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY, "ScanBy": "TimestampAscending"})
    with stub:
        return CliRunner().invoke(app, arguments, obj=laptop(events_api=Http(events_api, MemoryStore())))


def figures(**options: Any) -> dict[str, Any]:
    return json.loads(ask("dashboard", "--json", alarms=[ALARM, UNWELL], **options).stdout)


def test_a_chart_has_a_point_for_every_day_and_the_threshold_of_its_alarm() -> None:
    approval = figures()["charts"][0]
    everybody, first, second = approval["series"]
    assert (approval["key"], approval["threshold"]) == ("approval", 70.0)
    assert [value for _, value in everybody["points"]] == [None] * 5 + [80.0, 60.0]
    assert everybody["points"][-1][0] == f"{TODAY:%Y-%m-%dT%H:%M:%SZ}"
    assert (first["label"], second["points"][-1][1]) == ("referral-writer 1", 30.0)


def test_every_chart_of_the_definition_is_answered_with_or_without_figures() -> None:
    drawn = figures(results=[])["charts"]
    assert [chart["key"] for chart in drawn] == [chart.key for chart in business()]
    assert {value for chart in drawn for series in chart["series"] for _, value in series["points"]} == {None}


def test_the_steps_of_a_funnel_have_one_figure_each() -> None:
    [funnel] = [chart for chart in figures()["charts"] if chart["key"] == "funnel"]
    assert [series["points"][0][1] for series in funnel["series"]][:3] == [20.0, None, 5.0]
    assert {len(series["points"]) for series in funnel["series"]} == {1}


def test_the_page_says_which_version_is_approved_how_often_and_what_fires() -> None:
    page = ask("dashboard", alarms=[ALARM, UNWELL]).stdout
    assert "Alarms: referral-local-unwell." in page
    assert "Drafts that reviewers approved (percent; alarm at 70)" in page
    assert "referral-writer 2" in page and "25 %" in page


def test_alarms_that_fire_come_first_with_what_to_do_and_end_with_an_exit_code() -> None:
    asked = ask("alarms", alarms=[ALARM, UNWELL])
    assert asked.exit_code == 1
    assert asked.stdout.index("referral-local-unwell") < asked.stdout.index("docs/runbook.md#approval-rate")
    assert ask("alarms", "--json", alarms=[ALARM]).exit_code == 0


@pytest.mark.parametrize(("values", "drawn"), [
    ([0, 1, None, 7], "▁▂ █"), ([5, 5], "▁▁"), ([None, None], "  "), ([], ""),
])
def test_a_line_of_figures(values: list[float | None], drawn: str) -> None:
    assert sparkline(values) == drawn


def test_two_days_come_by_the_hour_the_one_that_runs_included() -> None:
    told = json.loads(ask("dashboard", "--days", "2", "--json", alarms=[], results=[]).stdout)
    assert (told["period_seconds"], len(told["charts"][0]["series"][0]["points"])) == (3600, 48)
    assert datetime.fromisoformat(told["from"]) < now() < datetime.fromisoformat(told["to"])
