"""The template of the stack `monitoring`, made of alarms and dashboards; `python -m infra.monitoring` writes it."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from infra.accounts import ROOT, account, alarm_parameter
from infra.monitoring import boards
from infra.monitoring.alarms import TOPIC, alarms
from infra.monitoring.rooms import Room, rooms
from infra.platform.charts import business

FILE = ROOT / "infra/monitoring/template.yaml"
COMPOSITE = "unwell"
SILENT = ("control-errors", "control-latency")  # they speak to the deployer
_MOST_METRICS = 10  # of one alarm, a limit of CloudWatch
Json = dict[str, Any]


def text() -> str:
    return f"# Written by `python -m infra.monitoring`, from the definitions beside it.\n{_dumped(body())}"


def body() -> Json:
    watched = {_logical(alarm.name): _alarm(alarm.template()) for alarm in alarms()}
    failing = {_logical(f"{room.name}-functions"): _alarm(_functions(room)) for room in rooms()}
    known = [*(alarm.name for alarm in alarms() if alarm.name not in SILENT),
             *(f"{room.name}-functions" for room in rooms()), *(name for room in rooms() for name in room.alarms())]
    drawn = {_logical(f"{name}-board"): _board(name, said) for name, said in _boards()}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "What is watched - dashboards of the business and of each stack, and the alarms on how the business runs.",
        "Parameters": _parameters(),
        "Resources": watched | failing | {"Unwell": _composite(known, [*watched, *failing])} | drawn,
    }


def _parameters() -> Json:
    numbers = {alarm_parameter(key): {"Type": "Number"} for key in account("local")["alarms"]}
    return {"Account": {"Type": "String", "AllowedValues": ["local", "dev", "test", "prod"]}, "Agent": {"Type": "String"}} | numbers


def _boards() -> Iterator[tuple[str, str]]:
    yield "business", boards.business(business(), COMPOSITE)
    for room in rooms():
        yield room.name, boards.technical(room)


def _board(name: str, said: str) -> Json:
    named = {"DashboardName": {"Fn::Sub": f"referral-${{Account}}-{name}"}, "DashboardBody": {"Fn::Sub": said}}
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": named}


def _alarm(said: Json) -> Json:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": said}


def _functions(room: Room) -> Json:
    """Functions that raise: events come again, people see an error."""
    named = room.all_functions
    assert len(named) <= _MOST_METRICS, f"{room.name} has more functions than one alarm can watch: divide them"
    metrics = [{
        "Id": f"m{number}", "ReturnData": False, "MetricStat": {"Stat": "Sum", "Period": 300, "Metric": {
            "Namespace": "AWS/Lambda", "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Fn::Sub": f"referral-${{Account}}-{name}"}}]}},
    } for number, name in enumerate(named)]
    total = f"SUM([{', '.join(one['Id'] for one in metrics)}])"
    said = f"Functions of {room.name} fail: what they were to do comes again."
    return {
        "AlarmName": {"Fn::Sub": f"referral-${{Account}}-{room.name}-functions"},
        "AlarmDescription": f"{said} What to do: docs/runbook.md#functions-that-fail",
        "Metrics": [*metrics, {"Id": "watched", "Expression": total, "Label": "errors"}],
        "Threshold": {"Ref": alarm_parameter("function_errors")}, "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "TreatMissingData": "notBreaching",
        "AlarmActions": [TOPIC], "OKActions": [TOPIC],
    }


def _composite(names: Sequence[str], after: list[str]) -> Json:
    rule = " OR ".join(f'ALARM("referral-${{Account}}-{name}")' for name in names)
    return {"Type": "AWS::CloudWatch::CompositeAlarm", "DependsOn": after, "Properties": {
        "AlarmName": {"Fn::Sub": f"referral-${{Account}}-{COMPOSITE}"},
        "AlarmDescription": "Something needs somebody: one page, whatever it is. What to do: docs/runbook.md#an-alarm",
        "AlarmRule": {"Fn::Sub": rule}, "AlarmActions": [TOPIC], "OKActions": [TOPIC],
    }}


def _logical(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


class _Dumper(yaml.SafeDumper):
    """Writes long texts as they are, and nothing twice by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dumped(told: Json) -> str:
    def written(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)

    _Dumper.add_representer(str, written)
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, width=120)
