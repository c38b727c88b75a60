"""Which account a command talks to, and what it says when that does not work."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from moto import mock_aws
from typer.testing import CliRunner

from infra.accounts import ROOT
from infra.cli import ids
from infra.cli.main import app
from infra.cli.problems import explain
from infra.cli.say import Problem
from infra.cli.session import Account
from shared import bus
from tests.unit.cli.laptop import referral


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def test_the_laptop_answers_where_it_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("REFERRAL_PORT", "4600")
    assert Account("local").endpoint == "http://127.0.0.1:4600"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9999")
    assert Account("local").endpoint == "http://127.0.0.1:9999"
    assert Account("prod").endpoint is None


def test_an_account_names_what_is_deployed_there() -> None:
    account = Account("test")
    assert (account.bus, account.event_log, account.function("prep_api")) == (
        "referral-test", "referral-test-EventLog", "referral-test-prep_api",
    )


def test_clients_are_made_once() -> None:
    assert Account("local").client("sqs") is Account("local").client("sqs")


def test_events_are_put_as_the_upstream_role(aws: None) -> None:
    events = Account("dev").upstream_events()
    boto3.client("events", region_name="eu-west-1").create_event_bus(Name="referral-dev")
    entry = {"EventBusName": "referral-dev", "Source": "upstream.crm", "DetailType": "X", "Detail": "{}"}
    assert bus.put([entry], client=events) == []
    credentials = events._request_signer._credentials
    assert credentials.method == "assume-role"


def test_an_account_that_is_not_there_is_a_usage_error() -> None:
    done = referral("--account", "nowhere", "mail", "list")
    assert done.exit_code == 2
    assert "there is no account 'nowhere'. One of local, dev, test, prod." in done.stderr


def test_a_laptop_that_does_not_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for command in (("drafts", "list"), ("mail", "list")):
        done = referral(*command)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "start it with `referral up`" in done.stderr


def test_only_the_laptop_shows_mails() -> None:
    done = referral("--account", "dev", "mail", "show")
    assert "Only the laptop's SES keeps mails; on dev, `referral mail list` says what left" in done.stderr


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Invoke")


@pytest.mark.parametrize("error, sentence", [
    (Problem("do this"), "do this"),
    (EndpointConnectionError(endpoint_url="http://x"), "AWS does not answer"),
    (NoCredentialsError(), "There are no AWS credentials for account dev"),
    (refusal("ResourceNotFoundException", "No f."), "No f. Deploy what is missing: ./infra/deploy.sh --account dev"),
    (refusal("ExpiredToken"), "log in again"),
    (refusal("AccessDeniedException", "not you"), "AWS refuses Invoke (AccessDeniedException): not you"),
])
def test_what_is_nobodys_bug_is_a_sentence(error: Exception, sentence: str) -> None:
    assert sentence in str(explain(error, "dev"))


def test_a_bug_stays_a_bug() -> None:
    assert explain(KeyError("x"), "dev") is None


def test_a_reader_who_has_enough_is_no_problem() -> None:
    assert explain(BrokenPipeError(), "local") is None


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name)) if getattr(child, "commands", None) else [(*path, name)]


def test_every_command_teaches_with_an_example() -> None:
    from typer.main import get_command

    found = list(commands(get_command(app)))
    assert len(found) > 20
    for path in found:
        told = CliRunner().invoke(app, [*path, "--help"]).stdout
        assert "Example: " in told, path
        assert f"referral {' '.join(path)}" in told, path


@pytest.mark.parametrize("named, reviewer", [("r-7", "r-7"), (None, None)])
def test_who_acts_is_an_id_that_services_take(named: str | None, reviewer: str | None) -> None:
    assert ids.person(named) == reviewer or ids.person(named).replace("-", "").isalnum()


def test_a_referral_is_named_by_itself_or_by_its_job() -> None:
    by_job = ids.referral("job-0049")
    assert by_job.startswith("r-")
    assert ids.referral(by_job) == by_job


def test_answers_for_machines_have_nothing_else_on_stdout(tmp_path: Path) -> None:
    query, rejects = ROOT / "examples" / "history" / "jobs.sql", tmp_path / "rejects.csv"
    done = referral("import", str(query), "--dry-run", "--json", "--rejects", str(rejects))
    assert json.loads(done.stdout)["rows"] == 60
    assert "row 58:" in done.stderr
