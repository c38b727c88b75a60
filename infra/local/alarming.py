"""The laptop's alarms as CloudWatch has them: metric math, M out of N, composite ones in templates, and changes as events.

MiniStack takes no metric math, looks only at the newest value whatever its dimensions, and tells nobody on the bus.
"""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from ministack.services import cloudwatch, eventbridge
from ministack.services.cloudformation import provisioners

from infra.local import metering
from infra.monitoring.judgement import judged, queries_of
from infra.monitoring.metrics import Known

_EVERY = 5  # seconds; AWS looks every minute
_THIS_MINUTE = 60  # what is measured now counts at once
_record = provisioners._cw_metric_alarm_record
_history = cloudwatch._record_history
_composite = "AWS::CloudWatch::CompositeAlarm"
Properties = dict[str, Any]


def watch() -> None:
    """From now on alarms are looked at, and what changes is told."""
    cloudwatch._evaluate_alarm = look
    cloudwatch._evaluate_all_alarms = look_at_all
    cloudwatch._record_history = remember
    provisioners._cw_metric_alarm_record = alarm_of
    provisioners._RESOURCE_HANDLERS[_composite] = {"create": create, "update": update, "delete": delete}
    threading.Thread(target=_rounds, daemon=True, name="alarms").start()


def _rounds() -> None:
    while True:
        time.sleep(_EVERY)
        try:
            metering.look()
            look_at_all()
        except Exception:  # the next round looks again
            logging.getLogger("alarms").exception("alarms were not looked at")


def look_at_all() -> None:
    """Every metric is read once for all alarms that watch it."""
    known = cache(metering.known)
    for alarm in list(cloudwatch._alarms.values()):
        look(alarm, known)


def look(alarm: Properties, known: Known = metering.known) -> None:
    """The state of one alarm, and what follows from a new one."""
    state = judged(alarm, known, time.time() + _THIS_MINUTE)
    before = alarm["StateValue"]
    if state == before:
        return
    reason = f"The figures of the last {alarm['EvaluationPeriods']} periods say so; the threshold is {alarm['Threshold']}."
    alarm |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    remember(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def remember(name: str, before: str, state: str, reason: str, *more: Any) -> None:
    """Every change of state comes through here, an operator's too."""
    _history(name, before, state, reason, *more)
    alarm = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)
    if alarm and before != state:
        eventbridge._put_events({"Entries": [entry(alarm, before, datetime.now(UTC).isoformat())]}, allow_aws_source=True)


def entry(alarm: Properties, before: str, at: str) -> dict[str, str]:
    """The event that AWS puts on the default bus, in its words."""
    metrics = [] if "AlarmRule" in alarm else [_told(query) for query in queries_of(alarm)]
    detail = {
        "alarmName": alarm["AlarmName"],
        "configuration": {"description": alarm.get("AlarmDescription", ""), "metrics": metrics},
        "state": {"value": alarm["StateValue"], "reason": alarm["StateReason"], "timestamp": at},
        "previousState": {"value": before, "reason": "", "timestamp": at},
    }
    said = {"Source": "aws.cloudwatch", "DetailType": "CloudWatch Alarm State Change", "Detail": json.dumps(detail)}
    return said | {"EventBusName": "default"}


def _told(query: Properties) -> Properties:
    if "Expression" in query:
        return {"id": query["Id"], "expression": query["Expression"], "returnData": query.get("ReturnData", True)}
    asked = query["MetricStat"]
    metric = asked["Metric"]
    dimensions = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
    measured = {"metric": {"namespace": metric["Namespace"], "name": metric["MetricName"], "dimensions": dimensions},
                "period": asked["Period"], "stat": asked["Stat"]}
    return {"id": query["Id"], "metricStat": measured, "returnData": query.get("ReturnData", True)}


def alarm_of(name: str, properties: Properties) -> Properties:
    """What is kept of a template's alarm, its metric math too."""
    if not properties.get("Metrics"):
        return _record(name, properties)
    kept = _record(name, properties | {"Metrics": None, "MetricName": "-", "Namespace": "-"})
    for unknown in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit"):
        del kept[unknown]
    return kept | {"Metrics": properties["Metrics"]}


def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties["AlarmName"]
    status, _, said = cloudwatch._put_composite_alarm({}, properties | {"AlarmRule": known_of(properties["AlarmRule"])}, False, True)
    if status != 200:
        raise ValueError(f"{logical_id} of {stack}: {said!r}")
    return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}


def known_of(rule: str) -> str:
    """The rule without alarms on what the laptop leaves out; ours is a row of ORs."""
    return " OR ".join(part for part in rule.split(" OR ") if part.split('"')[1] in cloudwatch._alarms)


def update(known_as: str, old: Properties, new: Properties, stack: str) -> tuple[str, Properties]:
    return create(known_as, new, stack)


def delete(known_as: str, properties: Properties) -> None:
    cloudwatch._composite_alarms.pop(known_as, None)
