"""What every stack of an account has beyond its template: roles inside the boundary, and code that takes over gradually.

A template says what a service is; these two are the same for all of them, and the laptop has neither.
"""

from typing import Any

from infra import access

Template = dict[str, Any]
LIVE = "live"
SHIFTS = [
    "AllAtOnce", "Canary10Percent5Minutes", "Canary10Percent10Minutes", "Canary10Percent15Minutes",
    "Linear10PercentEvery1Minute", "Linear10PercentEvery2Minutes", "Linear10PercentEvery3Minutes",
]  # fmt: skip
FUNCTION, PLAIN = "AWS::Serverless::Function", "AWS::Lambda::Function"
_RUNBOOK = "docs/runbook.md#a-deployment-went-wrong"
_METRICS = 9  # of one alarm, beside their sum: CloudWatch takes ten


def bounded(parsed: Template) -> Template:
    """Every role inside the account's boundary, and under a path by which its maker may know it."""
    boundary = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/referral-${Account}-boundary"}
    for made in parsed["Resources"].values():
        if made["Type"] == "AWS::IAM::Role":
            path = {} if "RoleName" in made["Properties"] else {"Path": {"Fn::Sub": access.PATH.format("${Account}")}}
            made["Properties"] |= path | {"PermissionsBoundary": boundary}
    return parsed


def gradual(parsed: Template) -> Template:
    """Every function behind an alias that moves to new code by the account's ``CodeShift``, and back when it fails."""
    resources = parsed["Resources"]
    for made in resources.values():
        if made["Type"] == PLAIN:
            made |= {"Type": FUNCTION, "Properties": _as_serverless(made["Properties"])}
    functions = {name: made["Properties"] for name, made in resources.items() if made["Type"] == FUNCTION}
    parsed["Resources"] = _by_alias(resources, list(functions))
    if functions:
        alarms = _alarms([properties["FunctionName"] for properties in functions.values()])
        parsed["Transform"] = "AWS::Serverless-2016-10-31"
        parsed["Parameters"]["CodeShift"] = {"Type": "String", "Default": SHIFTS[0], "AllowedValues": SHIFTS}
        parsed["Resources"] |= alarms
        parsed.setdefault("Globals", {}).setdefault("Function", {}).update(_shifting(list(alarms)))
    return parsed


def _shifting(alarms: list[str]) -> dict[str, Any]:
    role = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/referral-${Account}-code-deploy"
    watched = {"Alarms": [{"Ref": alarm} for alarm in alarms], "Role": {"Fn::Sub": role}}
    return {
        "AutoPublishAlias": LIVE, "AutoPublishAliasAllProperties": True,  # settings take over as gradually as code
        "DeploymentPreference": {"Type": {"Ref": "CodeShift"}, **watched},
    }  # fmt: skip


def _as_serverless(properties: dict[str, Any]) -> dict[str, Any]:
    """A plain function as SAM writes it, which then gives it versions."""
    renamed = {"Code": "CodeUri", "TracingConfig": "Tracing"}
    told = {renamed.get(name, name): value for name, value in properties.items()}
    return told | ({"Tracing": told["Tracing"]["Mode"]} if "Tracing" in told else {})


def _by_alias(part: Any, functions: list[str]) -> Any:
    """Where a function is called, its alias is; by its ARN in its own stack, by its name in another one."""
    if isinstance(part, list):
        return [_by_alias(one, functions) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("Fn::GetAtt") in [[name, "Arn"] for name in functions]:
        return {"Ref": f"{part['Fn::GetAtt'][0]}.Alias"}
    told = {name: _by_alias(one, functions) for name, one in part.items()}
    for named in ("IntegrationUri", "FunctionName"):
        if part.get("Type") in ("AWS::ApiGatewayV2::Integration", "AWS::Lambda::Permission") and named in part["Properties"]:
            told["Properties"][named] = {"Fn::Sub": f"{part['Properties'][named]['Fn::Sub']}:{LIVE}"}
    return told


def _alarms(functions: list[Any]) -> Template:
    """By which new code is taken back: calls of any of these functions that ended in an error, in a minute.

    They are told by name, for what moves their aliases waits for the alarm, and other functions for the aliases.
    """
    groups = [functions[start : start + _METRICS] for start in range(0, len(functions), _METRICS)]
    return {f"NewCodeFails{number or ''}": _alarm(number, group) for number, group in enumerate(groups)}


def _alarm(number: int, functions: list[Any]) -> dict[str, Any]:
    counts = [
        {"Id": f"errors{position}", "ReturnData": False, "MetricStat": {"Stat": "Sum", "Period": 60, "Metric": {
            "Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": function}],
        }}} for position, function in enumerate(functions)
    ]  # fmt: skip
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {
        "AlarmName": {"Fn::Sub": f"${{AWS::StackName}}-new-code-fails{number or ''}"},
        "AlarmDescription": f"Functions of this stack end in errors; new code that takes over is taken back. What to do: {_RUNBOOK}",
        "Metrics": [{"Id": "errors", "Expression": f"SUM([{', '.join(one['Id'] for one in counts)}])", "Label": "errors"}, *counts],
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:referral-${Account}-alarms"}],
    }}  # fmt: skip
