"""The laptop's CloudWatch: figures from logs, arithmetic of metrics, alarms that change and say so as AWS does."""

import json
import time
from typing import Any

import pytest
from ministack.services import cloudwatch, cloudwatch_logs

from infra.local import alarming, drawing, invocations, metering
from infra.monitoring.mathematics import NotUnderstood
from infra.monitoring.stack import body
from services.deployer.alarms import AlarmChanged
from shared.observe import Observer
from tests.harness.templates import given, resolve

FUNCTION = {"config": {"FunctionName": "f", "LoggingConfig": {"LogGroup": "/referral/local/platform"}}}
SPACE = "ReferralEmailSystem/local"
pytestmark = pytest.mark.usefixtures("nothing_measured")


def said(capsys: pytest.CaptureFixture[str], **measures: float) -> str:
    """What a function writes that measures these of its candidate."""
    observer = Observer("platform")
    for name, value in measures.items():
        observer.measure(name, value, "Count", {"agent": "referral-writer", "arm": "candidate"})
    observer.flush()
    return capsys.readouterr().out


def measured(capsys: pytest.CaptureFixture[str], times: int = 1, **measures: float) -> None:
    for _ in range(times):
        invocations.ended(FUNCTION, "id", said(capsys, **measures), False, 9)


def deployed(name: str) -> dict[str, Any]:
    """An alarm of the template, as the laptop keeps it."""
    made = [one["Properties"] for one in body()["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    [found] = [one for one in (resolve(one, given()) for one in made) if one["AlarmName"] == f"referral-local-{name}"]
    kept = alarming.alarm_of(found["AlarmName"], found)
    cloudwatch._alarms[kept["AlarmName"]] = kept
    return kept


def test_lines_of_metrics_become_figures_and_leave_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    invocations.ended(FUNCTION, "id", "a line\n" + said(capsys, Decided=1, Approved=0), False, 9)
    [[dimensions, [sample]]] = metering.known((SPACE, "Approved")).items()
    assert (dict(dimensions)["arm"], sample.value, sample.count) == ("candidate", 0.0, 1.0)
    [group] = [known for name, known in cloudwatch_logs._log_groups.items() if name == "/referral/local/platform"]
    lines = [event["message"] for stream in group["streams"].values() for event in stream["events"]]
    assert "a line" in lines
    assert not any("_aws" in line for line in lines)


def test_equal_values_of_a_minute_are_one_and_those_of_an_earlier_day_one_an_hour(capsys: pytest.CaptureFixture[str]) -> None:
    measured(capsys, times=3, Approved=1)
    [points] = [points for (space, _, _), points in cloudwatch._metrics.items() if space == SPACE]
    assert sum(point["Count"] for point in points) == 3 and len(points) < 3  # a minute may end meanwhile
    day = 86_400
    points = [{"Timestamp": minute, "Value": 1.0, "Count": 2.0} for minute in (0, 60, 3600, day, day + 60)]
    assert [(one["Timestamp"], one["Count"]) for one in metering.by_the_hour(points, day)] == [
        (0, 4.0), (3600, 2.0), (day, 2.0), (day + 60, 2.0)]


def test_an_alarm_with_metric_math_fires_on_its_own_dimensions_alone(capsys: pytest.CaptureFixture[str]) -> None:
    candidate, control = deployed("candidate-errors"), deployed("control-errors")
    measured(capsys, times=4, DraftsFailed=1)
    alarming.look(candidate)
    assert candidate["StateValue"] == "OK"  # four are no sample
    measured(capsys, DraftsFailed=1)
    for alarm in (candidate, control):
        alarming.look(alarm)
    assert (candidate["StateValue"], control["StateValue"]) == ("ALARM", "OK")


def test_a_change_is_told_in_the_words_that_the_deployer_hears(capsys: pytest.CaptureFixture[str]) -> None:
    alarm = deployed("candidate-errors") | {"StateValue": "ALARM", "StateReason": "so it is"}
    told = alarming.entry(alarm, "OK", "2026-11-23T10:00:00+00:00")
    heard, _ = AlarmChanged.unwrap(json.loads(told["Detail"]))
    assert (told["Source"], told["DetailType"], told["EventBusName"]) == (AlarmChanged.source, AlarmChanged.detail_type(), "default")
    assert (heard.account, heard.agent, heard.about, heard.raised.state) == ("local", "referral-writer", "candidate-errors", "ALARM")


def test_a_composite_alarm_hears_only_of_alarms_that_there_are() -> None:
    deployed("draft-errors")
    made = {"AlarmName": "referral-local-unwell", "AlarmRule": 'ALARM("referral-local-draft-errors") OR ALARM("referral-local-left-out")'}
    assert alarming.create("Unwell", made, "stack")[0] == "referral-local-unwell"
    fired = {"AlarmName": "referral-local-draft-errors", "StateValue": "ALARM", "StateReason": "a try"}
    cloudwatch._set_alarm_state({}, fired, False, True)
    assert cloudwatch._composite_alarms["referral-local-unwell"]["StateValue"] == "ALARM"


def test_a_search_answers_one_series_for_each_version_with_its_label() -> None:
    for version, value in ("1", 1.0), ("2", 0.0):
        metering.record(SPACE, "Approved", value, "Count", {"agent": "w", "version": version, "service": "platform"})
    asked = [
        {"Id": "a", "Label": "${PROP('Dim.agent')} ${PROP('Dim.version')}", "Period": 3600, "Expression":
            f"100 * SEARCH('{{{SPACE},agent,version,service}} service=\"platform\" MetricName=\"Approved\"', 'Average', 3600)"},
    ]
    found = list(drawing.answered(asked, time.time() - 3600, time.time() + 3600))
    assert [(one["Label"], one["Values"]) for one in found] == [("w 1", [100.0]), ("w 2", [0.0])]


def test_what_is_not_built_here_is_said() -> None:
    with pytest.raises(NotUnderstood, match="ANOMALY"):
        list(drawing.answered([{"Id": "a", "Period": 60, "Expression": "ANOMALY_DETECTION_BAND(1)"}], 0, 60))
