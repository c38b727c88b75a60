"""What is watched is all that there is, and every alarm leads to what can be done about it."""

import json
import re
from collections.abc import Iterator

import pytest

from infra.monitoring import stack
from infra.monitoring.alarms import alarms
from infra.monitoring.rooms import rooms
from infra.platform.charts import business
from shared.observe import namespace
from tests.architecture.source import ROOT
from tests.harness.templates import MONITORING, Template, Unresolved, given, resolve, services, template

RUNBOOK = re.compile(r"docs/runbook\.md#([\w-]+)")
NAMES = Unresolved(Account="local")


def templates() -> list[Template]:
    nested = [Template(path) for path in sorted((ROOT / "infra/service").glob("*.yaml"))]
    return [*map(template, (*services(), "platform", "knowledge", MONITORING)), *nested]


def descriptions() -> Iterator[tuple[str, str]]:
    """Every alarm of every template with where its description leads."""
    for source in templates():
        for name, alarm in source.of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm").items():
            runbook = source.body["Parameters"].get("Runbook", {}).get("Default", "")
            said = resolve(alarm["AlarmDescription"], Unresolved(NAMES, Runbook=runbook))
            for place in RUNBOOK.findall(said) or [""]:
                yield f"{source.name} {name}", place


def anchors() -> set[str]:
    """The places of the runbook, as a browser names them."""
    titles = re.findall(r"^#+ (.+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_template_is_what_the_definitions_say() -> None:
    assert stack.FILE.read_text() == stack.text(), "run `python -m infra.monitoring`"


@pytest.mark.parametrize(("alarm", "place"), list(descriptions()))
def test_an_alarm_leads_to_its_entry_in_the_runbook(alarm: str, place: str) -> None:
    assert place in anchors(), f"{alarm} leads to {place!r}"


def test_every_stack_with_functions_has_a_dashboard_and_an_alarm_on_them() -> None:
    made = stack.body()["Resources"].values()
    names = {resolve(one["Properties"].get("DashboardName", one["Properties"].get("AlarmName")), NAMES) for one in made}
    assert {f"referral-local-{room.name}" for room in rooms()} | {"referral-local-business"} <= names
    assert {f"referral-local-{room.name}-functions" for room in rooms()} <= names


def test_the_composite_alarm_hears_every_other_that_is_not_for_the_deployer_alone() -> None:
    [composite] = template(MONITORING).of_type("AWS::CloudWatch::CompositeAlarm").values()
    heard = set(re.findall(r'ALARM\("referral-local-([\w-]+)"\)', resolve(composite["AlarmRule"], NAMES)))
    alarms = template(MONITORING).of_type("AWS::CloudWatch::Alarm").values()
    own = {resolve(one["AlarmName"], NAMES).removeprefix("referral-local-") for one in alarms}
    queues = {f"{name}-dead-letters" for room in rooms() for name in room.mailboxes}
    assert (own | queues) - heard == set(stack.SILENT)


@pytest.mark.parametrize("source", templates(), ids=lambda source: source.name)
def test_an_alarm_on_a_metric_of_our_own_looks_at_its_account(source: Template) -> None:
    alarms_of_it = source.of_type("AWS::CloudWatch::Alarm").values()
    simple = [resolve(one["Namespace"], NAMES) for one in alarms_of_it if "Namespace" in one]
    assert [name for name in simple if name.startswith("ReferralEmailSystem") and name != namespace("local")] == []


def test_a_chart_draws_the_threshold_of_an_alarm_that_there_is() -> None:
    known = {alarm.name for alarm in alarms()}
    assert {chart.alarm for chart in business()} - {""} <= known


@pytest.mark.parametrize("account", ["local", "prod"])
def test_a_dashboard_is_what_cloudwatch_takes(account: str) -> None:
    for board in template(MONITORING).of_type("AWS::CloudWatch::Dashboard").values():
        body = re.sub(r"\$\{!", "${", resolve(board["DashboardBody"], Unresolved(given(account))))
        widgets = json.loads(body)["widgets"]
        assert all(one["x"] + one["width"] <= 24 for one in widgets)
        assert "${Account}" not in body


def test_dimensions_are_few_and_name_nobody() -> None:
    named = {name for alarm in alarms() for metric in alarm.metrics.values() for name in metric.dimensions}
    drawn = {name for chart in business() for line in chart.lines for metric in line.metrics.values() for name in metric.dimensions}
    assert named | drawn <= {"agent", "version", "arm"}


def test_what_alarms_say_is_encrypted_and_only_cloudwatch_of_this_account_says_it() -> None:
    platform = template("platform")
    [topic] = platform.of_type("AWS::SNS::Topic").values()
    [key] = platform.of_type("AWS::KMS::Key").values()
    [policy] = platform.of_type("AWS::SNS::TopicPolicy").values()
    assert topic["KmsMasterKeyId"] == {"Ref": "AlarmsKey"}
    allowed = [said for said in policy["PolicyDocument"]["Statement"] if said["Effect"] == "Allow"]
    for said in (key["KeyPolicy"]["Statement"][1], *allowed):
        assert said["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert said["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    [mail] = platform.of_type("AWS::SNS::Subscription").values()
    assert (mail["Protocol"], mail["Endpoint"]) == ("email", {"Ref": "AlarmEmail"})
