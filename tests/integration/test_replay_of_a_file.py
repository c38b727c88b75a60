"""A file of events is replayed: into a house that knows them, into one that does not, and into the sandbox."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import forget
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.facts import survey
from tests.harness.pages import PAGE
from tests.harness.templates import BASE, services
from tests.integration.lambdas import account_of, answered
from tests.integration.story import drafts, jobs, production, writing
from tests.unit.cli.laptop import referral

def replayed(cloud: Cloud, file: Path, *options: str) -> dict[str, Any]:
    return answered(referral("replay", str(file), *options, "--yes", "--json", account=account_of(cloud)))


@pytest.fixture(scope="module")
def house() -> Iterator[Cloud]:
    """Three jobs that were drafted, and a survey."""
    with clouds.cloud() as made:
        made.deploy(*BASE, *services())
        production(made)
        made.settle()
        jobs(made, "s-1", "s-2", "s-3")
        made.put("SatisfactionReported", survey("s-3", score=1).model_dump(mode="json"))
        with writing(3):
            made.settle()
        assert len(drafts(made)) == 3
        yield made


@pytest.fixture
def file(house: Cloud, tmp_path: Path) -> Path:
    """All that was said."""
    told = referral("events", "export", "--from", "2020-01-01", "--unredacted", account=account_of(house))
    path = tmp_path / "events.ndjson"
    path.write_text(told.stdout)
    return path


@pytest.fixture
def myself() -> Iterator[None]:
    """Whoever takes on a role here gives it back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    forget()


def state(cloud: Cloud) -> dict[str, Any]:
    """Everything that any table knows, but for the log of what was said."""
    return {table: sorted(map(str, cloud.items(table))) for table in cloud.deployed.tables if table != "EventLog"}


def test_a_house_that_knows_it_all_learns_nothing_and_does_nothing(house: Cloud, file: Path) -> None:
    before, calls = state(house), len(house.calls)
    told = replayed(house, file)
    assert state(house) == before
    assert {"Converse", "SendEmail", "PutEvents"} & {call.operation for call in house.calls[calls:]} == set()
    assert sum(told["failed"].values()) == 0
    for service, planned in told["plan"]["services"].items():
        assert (planned["new"], planned["untried"]) == (0, 0), service
        assert told["taken"][service] == planned["folds"]


def test_effects_are_refused_and_counted(house: Cloud, file: Path) -> None:
    told = replayed(house, file, "--service", "orchestrator")
    planned = told["plan"]["services"]["orchestrator"]
    assert planned["kinds"]["ReferralPrepared"] == {"folds": 0, "effects": 3}
    assert told["effects_refused"] == {"orchestrator": planned["effects_refused"]} == {"orchestrator": 3}


def test_a_plan_alone_moves_nothing(house: Cloud, file: Path) -> None:
    calls = len(house.calls)
    shown = referral("replay", str(file), "--service", "features", "--dry-run", account=account_of(house))
    assert "features: 4 folds, of which 4 are known already, 0 are not; 0 effects would be refused" in shown.stdout
    asked = referral("replay", str(file), "--service", "features", account=account_of(house), input="n\n")
    assert (asked.exit_code, len(house.calls)) == (0, calls)


def test_a_table_that_was_lost_is_learned_anew(house: Cloud, file: Path) -> None:
    before = house.call("features_api", "GET", "/customers/c-1/features").body
    table = house.deployed.tables["CustomerFeatures"]
    for item in house.items("CustomerFeatures"):
        client("dynamodb").delete_item(TableName=table, Key={part: item[part] for part in ("pk", "sk")})
    told = replayed(house, file, "--service", "features")
    assert told["plan"]["services"]["features"]["new"] == told["taken"]["features"] == 4
    assert house.call("features_api", "GET", "/customers/c-1/features").body == before


def test_in_the_sandbox_tables_of_its_own_learn_and_the_others_stay(house: Cloud, file: Path, myself: None) -> None:
    before = state(house)
    told = replayed(house, file, "--service", "features", "--into", "sandbox")
    assert (told["taken"], told["failed"]) == ({"features": 4}, {"features": 0})
    assert state(house) == before
    table = told["tables"]["features"]
    assert table == "referral-local-sandbox-features"
    rows = client("dynamodb").scan(TableName=table)["Items"]
    assert sum(row["sk"]["S"] == "COUNTED" for row in rows) == 3


def test_the_page_for_integrators_says_how(house: Cloud, tmp_path: Path, myself: None) -> None:
    commands = [line for line in PAGE.partition("## Test against a replay")[2].splitlines() if line[4:12] == "referral"]
    lines = [line.partition("#")[0].split()[1:] for line in commands]
    [exported] = [line for line in lines if "export" in line]
    [said_again] = [line for line in lines if line[0] == "replay"]
    file = tmp_path / exported[-1]
    file.write_text(referral(*exported[:-2], "--from", "2020-01-01", account=account_of(house)).stdout)
    told = answered(referral("replay", str(file), *said_again[2:], "--json", account=account_of(house)))
    assert (told["taken"]["features"], told["taken"]["prep"], set(told["failed"].values())) == (4, 6, {0})


@pytest.mark.parametrize(("text", "wrong"), [("no json", "line 1"), ('{"source": "upstream.crm"}', "line 1")])
def test_a_line_that_is_no_event_is_named(house: Cloud, tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text(text)
    done = referral("replay", str(path), account=account_of(house))
    assert (done.exit_code, wrong in done.stderr) == (1, True)


@pytest.mark.parametrize("options", [
    (), ("--service", "features"), ("--from", "2026-11-01"), ("--service", "nobody", "--from", "2026-11-01"),
])
def test_the_archive_wants_to_know_for_whom_and_from_when(house: Cloud, options: tuple[str, ...]) -> None:
    assert referral("replay", *options, account=account_of(house)).exit_code == 1
