"""What is deployed says the same as the code, so that nothing that is written twice can drift apart."""

import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.accounts import NAMES
from infra.bundle import parts
from services.prep.api import REPAIRED
from services.prep.webhook import SOURCE as BY_WEBHOOK
from shared.app import Routes
from shared.events import Event, UpstreamFact
from tests.architecture.source import ROOT, sources, told
from tests.harness.templates import (
    BASE, CONSOLE, MONITORING, Properties, Template, Unresolved, given, handler, listed, resolve, services, statements,
    template,
)

STACKS = [*services(), *BASE]
NESTED = [Template(path) for path in sorted((ROOT / "infra/service").glob("*.yaml"))]
TEMPLATES = [*map(template, STACKS), template(CONSOLE), template(MONITORING), *NESTED]
NAMES_OF_NOTHING = Unresolved(Account="local")
MAY_NAME_EVERYTHING = {
    "xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams", "cloudwatch:GetMetricData",
    "cloudwatch:DescribeAlarms",
}
ALSO_PUT = {"prep": {REPAIRED, BY_WEBHOOK}}  # a mended job, and what came by webhook, as upstream said it


@dataclass(frozen=True)
class Letterbox:
    """A function that empties a mailbox."""

    stack: str
    function: str
    properties: Properties
    application: str  # logical id of the nested mailbox

    @property
    def mailbox(self) -> Properties:
        return template(self.stack).nested()[self.application][1]

    @property
    def routes(self) -> Routes:
        return handler(self.properties["Handler"]).__self__

    def rules(self) -> Iterator[Properties]:
        """The rules that fill this mailbox."""
        for rule in template(self.stack).of_type("AWS::Events::Rule").values():
            if any(target["Arn"]["Fn::GetAtt"][0] == self.application for target in rule["Targets"]):
                yield rule


def letterboxes() -> list[Letterbox]:
    return [
        Letterbox(stack, name, properties, event["Properties"]["Queue"]["Fn::GetAtt"][0])
        for stack in STACKS for name, properties in template(stack).functions().items()
        for event in properties.get("Events", {}).values()
    ]


def functions() -> list[tuple[Template, str, Properties]]:
    return [(one, name, properties) for one in TEMPLATES for name, properties in one.functions().items()]


def roles() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that any role or policy of a template makes, with the place where it stands."""
    for one in TEMPLATES:
        for name, known in one.of_type("AWS::IAM::Role").items():
            for policy in known["Policies"]:
                yield from ((f"{one.name} {name}", said) for said in policy["PolicyDocument"]["Statement"])
        for name, known in one.of_type("AWS::IAM::ManagedPolicy").items():
            yield from ((f"{one.name} {name}", said) for said in known["PolicyDocument"]["Statement"])


LETTERBOXES = letterboxes()
OF_SERVICES = [box for box in LETTERBOXES if box.stack != "platform"]
of_services = pytest.mark.parametrize("box", OF_SERVICES, ids=lambda box: box.function)
of_all = pytest.mark.parametrize("box", LETTERBOXES, ids=lambda box: box.function)
each_function = pytest.mark.parametrize(
    ("source", "name", "properties"), functions(), ids=[name for _, name, _ in functions()],
)
each_template = pytest.mark.parametrize("source", TEMPLATES, ids=lambda source: source.name)
each_service = pytest.mark.parametrize("service", services())


@of_services
def test_the_rules_say_what_the_routing_table_says(box: Letterbox) -> None:
    deployed = {resolve(rule["Name"], NAMES_OF_NOTHING): rule["EventPattern"] for rule in box.rules()}
    named = {kind.replace(" ", ""): pattern for kind, pattern in box.routes.patterns().items()}
    wanted = {f"referral-local-{box.routes.mailbox}-{kind}": pattern for kind, pattern in named.items()}
    assert deployed == wanted
    assert box.mailbox["Mailbox"] == box.routes.mailbox


@pytest.mark.parametrize("stack", STACKS)
def test_every_rule_fills_a_mailbox_that_a_function_empties(stack: str) -> None:
    emptied = [resolve(r["Name"], NAMES_OF_NOTHING) for box in letterboxes() if box.stack == stack for r in box.rules()]
    deployed = [resolve(r["Name"], NAMES_OF_NOTHING) for r in template(stack).of_type("AWS::Events::Rule").values()]
    assert sorted(emptied) == sorted(deployed)


@of_all
def test_what_a_rule_can_not_deliver_goes_to_the_dead_letters_of_its_mailbox(box: Letterbox) -> None:
    for rule in box.rules():
        [target] = rule["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [box.application, "Outputs.DeadLettersArn"]}}
        assert resolve(rule["Name"], NAMES_OF_NOTHING).startswith(f"referral-local-{box.mailbox['Mailbox']}-")
        bus = "default" if rule["EventPattern"].get("source") in (["aws.ses"], ["aws.cloudwatch"]) else "referral-local"
        assert resolve(rule["EventBusName"], {"Account": "local", "Bus": "referral-local"}) == bus


@of_all
def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_take(box: Letterbox) -> None:
    assert box.mailbox["VisibilityTimeout"] == 6 * box.properties["Timeout"]


@of_all
def test_a_function_answers_which_messages_failed_and_can_postpone_them(box: Letterbox) -> None:
    [event] = box.properties["Events"].values()
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    url = box.properties["Environment"]["Variables"]["MAILBOX_URL"]
    assert url == {"Fn::GetAtt": [box.application, "Outputs.QueueUrl"]}


@each_function
def test_a_handler_exists_and_takes_an_event_and_a_context(source: Template, name: str, properties: Properties) -> None:
    taken = inspect.signature(handler(properties["Handler"])).bind({}, None)
    assert len(taken.args) == 2


@each_function
def test_a_handler_is_in_the_bundle_of_its_function(source: Template, name: str, properties: Properties) -> None:
    bundle = Path(properties.get("CodeUri") or properties["Code"]).name
    packages = [part.replace("/", ".") for part in ["shared", *parts(bundle)]]
    assert any(properties["Handler"].startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("stack", STACKS)
def test_a_function_is_told_every_setting_that_its_code_requires(stack: str) -> None:
    wanted = _required(f"infra/{stack}" if stack in BASE else f"services/{stack}")
    told_by_template = [set(p["Environment"]["Variables"]) for p in template(stack).functions().values()]
    assert wanted <= set.union(*told_by_template)
    has_table = template(stack).of_type("AWS::DynamoDB::Table")
    assert {"ACCOUNT", *(["TABLE_NAME"] if has_table else [])} <= set.intersection(*told_by_template)


@each_service
def test_a_relay_may_put_what_its_service_announces_and_nothing_else(service: str) -> None:
    [sources_allowed] = [p["Sources"] for _, p in template(service).nested().values() if "Sources" in p]
    assert set(sources_allowed.split(",")) == announced(service) | ALSO_PUT.get(service, set())


@each_service
def test_a_table_has_a_stream_an_expiry_and_encryption(service: str) -> None:
    for table in template(service).of_type("AWS::DynamoDB::Table").values():
        assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["DeletionProtectionEnabled"] == {"Ref": "ProtectTables"}


@each_service
def test_the_relay_reads_the_stream_of_the_services_table(service: str) -> None:
    [table] = template(service).of_type("AWS::DynamoDB::Table")
    [stream] = [p["StreamArn"] for _, p in template(service).nested().values() if "StreamArn" in p]
    assert stream == {"Fn::GetAtt": [table, "StreamArn"]}


@each_template
def test_every_queue_is_emptied_or_has_an_alarm(source: Template) -> None:
    queues = source.of_type("AWS::SQS::Queue")
    called = {name: resolve(p["QueueName"], NAMES_OF_NOTHING) for name, p in queues.items()}
    redriven = {name: p["RedrivePolicy"]["deadLetterTargetArn"] for name, p in queues.items() if "RedrivePolicy" in p}
    names = Unresolved(NAMES_OF_NOTHING, **{f"{name}.QueueName": told for name, told in called.items()})
    watched = {resolve(d["Value"], names) for a in alarms(source) for d in a.get("Dimensions", []) if d["Name"] == "QueueName"}
    assert {called[name] for name in set(queues) - set(redriven)} == watched
    assert {called[target["Fn::GetAtt"][0]] for target in redriven.values()} <= watched


@each_template
def test_an_alarm_tells_somebody_and_says_what_to_do(source: Template) -> None:
    for alarm in alarms(source):
        said = resolve(alarm["AlarmDescription"], NAMES_OF_NOTHING)
        assert "What to do:" in said
        [action] = alarm["AlarmActions"]
        assert resolve(action, NAMES_OF_NOTHING).endswith(":referral-local-alarms")


def test_no_role_allows_everything() -> None:
    loose = [
        f"{place}: {said['Action']} on {said['Resource']}" for place, said in roles() if said["Effect"] == "Allow"
        and (any("*" in action for action in listed(said["Action"])) or _on_everything(said))
    ]
    assert not loose, told(loose)


def test_every_function_has_a_role_of_its_own_that_writes_logs() -> None:
    named = [(source.name, p["Role"]["Fn::GetAtt"][0]) for source, _, p in functions()]
    assert len(named) == len(set(named))
    for source, _, p in functions():
        assert list(statements(source, p["Role"]))
        [observe] = source.of_type("AWS::IAM::Role")[p["Role"]["Fn::GetAtt"][0]]["ManagedPolicyArns"]
        assert resolve(observe, NAMES_OF_NOTHING).endswith(("policy/referral-local-AWS::Region-observe", "Observe"))


@pytest.mark.parametrize("account", NAMES)
@pytest.mark.parametrize("stack", [*STACKS, CONSOLE, MONITORING])
def test_an_account_fills_in_every_parameter(stack: str, account: str) -> None:
    wanted = {name for name, told in template(stack).body["Parameters"].items() if "Default" not in told}
    assert wanted <= set(given(account))


def test_every_parameter_of_an_account_is_used_by_some_template() -> None:
    used = {name for stack in (*STACKS, CONSOLE, MONITORING) for name in template(stack).body["Parameters"]}
    assert {name for name in given() if not name.startswith("AWS::")} - used == set()


def test_the_templates_are_sound() -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, "--non-zero-exit-code", "informational"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def announced(service: str) -> set[str]:
    """The sources of the events that a service's contracts define."""
    module = importlib.import_module(f"shared.events.{service}")
    events = [known for known in vars(module).values() if inspect.isclass(known) and issubclass(known, Event)]
    return {one.source for one in events if one.__module__ == module.__name__ and not issubclass(one, UpstreamFact)}


def alarms(source: Template) -> list[Properties]:
    return list(source.of_type("AWS::CloudWatch::Alarm").values())


def _required(folder: str) -> set[str]:
    """The names that code asks ``shared.settings.required`` for."""
    calls = [node for source in sources(folder) for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func).split(".")[-1] == "required"}


def _on_everything(said: dict[str, Any]) -> bool:
    return "*" in listed(said["Resource"]) and not set(listed(said["Action"])) <= MAY_NAME_EVERYTHING
