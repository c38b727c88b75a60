"""The page for integrators, as it stands: each of its ways brings every fact onto the bus."""

import json
import shlex
from pathlib import Path
from typing import Any

from botocore.session import Session

from infra.accounts import ROOT
from shared.events.upstream import FACTS
from tests.harness.pages import program, run
from tests.local.laptop import Laptop

TOLD = json.loads((ROOT / "examples/events/facts.json").read_text())
ROLE = "role/referral-local-upstream"
SDK = {  # what the program imports, without the network: the call is put down on stdout
    "client-eventbridge": """
        export class PutEventsCommand { constructor(input) { this.input = input; } }
        export class EventBridgeClient {
          constructor({ credentials }) { this.credentials = credentials; }
          async send({ input }) { console.log(JSON.stringify({ ...input, role: this.credentials })); return { FailedEntryCount: 0 }; }
        }""",
    "credential-providers": "export const fromTemporaryCredentials = ({ params }) => params.RoleArn;",
}


def where(laptop: Laptop) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{laptop.port}", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "",
    }


def heard(laptop: Laptop) -> set[str]:
    """Which of the facts the event log knows."""
    stories = {kind: FACTS[kind].model_validate(fact).correlation() or "" for kind, fact in TOLD.items()}
    return {kind for kind, story in stories.items() if kind in laptop.story(story)}


def put(laptop: Laptop, entries: list[dict[str, Any]]) -> None:
    assert {entry["DetailType"]: json.loads(entry["Detail"]) for entry in entries} == TOLD
    local = [entry | {"EventBusName": "referral-local"} for entry in entries]
    assert laptop.as_role(ROLE, "events").put_events(Entries=local)["FailedEntryCount"] == 0


def test_boto3_puts_every_fact(laptop: Laptop, tmp_path: Path) -> None:
    run(program("python", "assume_role").replace("referral-dev", "referral-local"), "python", tmp_path, **where(laptop))
    assert laptop.eventually(lambda: heard(laptop) == FACTS.keys())


def test_the_entries_for_the_aws_cli_are_every_fact(laptop: Laptop) -> None:
    program_, service, operation, option, value = shlex.split(program("sh", "aws events"))
    known = Session().get_service_model(service).operation_model("PutEvents").input_shape.members
    assert (program_, operation, option) == ("aws", "put-events", "--entries") and "Entries" in known
    put(laptop, json.loads((ROOT / value.removeprefix("file://")).read_text()))


def test_javascript_puts_every_fact_as_the_role_of_upstream(laptop: Laptop, tmp_path: Path) -> None:
    for name, text in SDK.items():
        package = tmp_path / "node_modules" / "@aws-sdk" / name
        package.mkdir(parents=True)
        (package / "index.mjs").write_text(text)
        (package / "package.json").write_text('{"exports": "./index.mjs"}')
    called = json.loads(run(program("js", "PutEventsCommand"), "js", tmp_path, UPSTREAM_ROLE="the role"))
    assert called["role"] == "the role"
    put(laptop, called["Entries"])
