"""Commands that ask a service: against the services themselves, over tables in memory."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli.call import event
from services.features.api import app as features_api
from services.features.reactions import routes as features_routes
from services.prep.api import app as prep_api
from services.prep.reactions import routes as prep_routes
from services.registry.api import app as registry_api
from tests.harness.facts import job, job_detail
from tests.harness.http import Http
from tests.harness.rollouts import rolled_back
from tests.harness.room import Room, record
from tests.unit.cli.laptop import Laptop, laptop, referral, said, told
from tests.unit.orchestrator.rollouts import by_candidate
from tests.unit.orchestrator.story import REFERRAL, House, prepared

AGENT = """
agent: referral-writer
message: a first try
config: {model_id: some.model-v1, system_prompt: You write., user_prompt: "{{facts}}", inference: {temperature: 0.2}}
"""


def knowing(*jobs: Any) -> Laptop:
    return laptop(features_api=Http(features_api, Room(features_routes).given(*jobs).store))


def quarantined(detail: dict[str, Any]) -> tuple[Laptop, str]:
    account = laptop(prep_api=Http(prep_api, Room(prep_routes).given(detail).store))
    [case] = told("quarantine", "list", account=account)
    return account, case["quarantine_id"]


@pytest.fixture
def registry() -> Laptop:
    return laptop(register_agent=Http(registry_api))


@pytest.fixture
def agent_file(tmp_path: Path) -> Path:
    file = tmp_path / "agent.yaml"
    file.write_text(AGENT)
    return file


@pytest.fixture
def house() -> House:
    return House().drafted()


@pytest.fixture
def desk(house: House) -> Laptop:
    return laptop(review_api=house)


def test_features_of_a_customer_whose_id_needs_care() -> None:
    account = knowing(job("s-1", customer__customer_id="a/b?c%20d"), job("s-2", customer__customer_id="a/b?c%20d"))
    shown = told("features", "show", "a/b?c%20d", account=account)
    assert shown["customer_id"] == "a/b?c%20d"
    assert (shown["service_count"], shown["lifetime_value"]) == (2, {"EUR": "200.00"})
    versions = told("features", "history", "a/b?c%20d", account=account)
    assert [version["version"] for version in versions] == [2, 1]


def test_features_are_a_table_for_people() -> None:
    done = referral("features", "show", "c-1", account=knowing(job("s-1")))
    assert "EUR 100.00" in done.stdout
    assert "service_count" in done.stdout


def test_an_unknown_customer_is_a_sentence_and_no_traceback() -> None:
    done = referral("features", "show", "c-9", account=knowing())
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "referral: No completed job of customer 'c-9' was counted yet.\n"


def test_a_quarantined_job_is_shown_mended_and_sent_again() -> None:
    account, case = quarantined(job_detail("s-1", service__price__amount="a lot", satisfaction=9))
    listed = referral("quarantine", "list", account=account).stdout
    assert "It can not be read. Expected:" in " ".join(listed.split())
    shown = referral("quarantine", "show", case, account=account)
    assert "service.price.amount" in shown.stdout
    assert "dana@example.com" in shown.stdout

    refused = referral("quarantine", "retry", case, "--set", "satisfaction=5", account=account)
    assert refused.exit_code == 1
    assert "service.price.amount" in refused.stderr

    fixes = ("--set", "satisfaction=5", "--set", "service.price.amount=149.90", "--set", "service.notes=")
    assert told("quarantine", "retry", case, *fixes, account=account)["status"] == "retried"
    assert told("quarantine", "list", account=account) == []
    assert [c["quarantine_id"] for c in told("quarantine", "list", "--status", "retried", account=account)] == [case]


def test_a_quarantined_job_can_be_sent_anew_as_a_whole(tmp_path: Path) -> None:
    account, case = quarantined(job_detail("s-1", satisfaction=9))
    whole = tmp_path / "job.json"
    whole.write_text(json.dumps(job_detail("s-1")))
    assert told("quarantine", "retry", case, "--detail", str(whole), account=account)["service_id"] == "s-1"


def test_a_quarantined_job_can_be_given_up() -> None:
    account, case = quarantined(job_detail("s-1", satisfaction=9))
    done = referral("quarantine", "discard", case, "--reason", "a test of the CRM", "--json", account=account)
    assert said(done)["status"] == "discarded"
    again = referral("quarantine", "discard", case, "--reason", "again", account=account)
    assert "nothing is left to do" in again.stderr


def test_a_correction_names_a_field(registry: Laptop) -> None:
    done = referral("quarantine", "retry", "q-1", "--set", "satisfaction", account=registry)
    assert done.exit_code == 2
    assert "FIELD=VALUE" in done.stderr


def test_an_agent_is_registered_pointed_at_and_shown(registry: Laptop, agent_file: Path) -> None:
    made = told("agents", "register", str(agent_file), account=registry)
    assert (made["agent"], made["version"], made["created"]) == ("referral-writer", 1, True)
    assert told("agents", "register", str(agent_file), account=registry)["created"] is False

    move = ("agents", "alias", "referral-writer", "production", "1", "--message", "the first")
    assert told(*move, account=registry)["moved"] is True
    [listed] = told("agents", "list", account=registry)
    assert listed["aliases"] == {"production": 1}
    [move] = told("agents", "history", "referral-writer", account=registry)
    assert (move["from_version"], move["version"], move["cause"]) == (None, 1, "the first")
    assert "a first try" in referral("agents", "show", "referral-writer", account=registry).stdout
    assert "{{facts}}" in referral("agents", "show", "referral-writer", "--version", "1", account=registry).stdout


def test_an_agent_that_does_not_exist_can_not_be_pointed_at(registry: Laptop) -> None:
    done = referral("agents", "alias", "nobody", "production", "1", account=registry)
    assert done.stderr == "referral: There is no agent 'nobody': register its first version.\n"


@pytest.mark.parametrize("text, sentence", [
    ("agent: [", "is no YAML: while parsing"),
    ("just text", "must say agent (a name) and config"),
    ("agent: writer\nconfig: &itself {model_id: *itself}", "is no YAML"),
    (AGENT + "colour: blue", "says colour, which nobody reads"),
    (AGENT.replace("{{facts}}", "{{weather}}"), "Nobody can fill ['weather']"),
    (AGENT.replace("0.2", "7"), "config.inference.temperature"),
    (AGENT.replace("model_id: some.model-v1, ", ""), "config.model_id: This is required."),
])
def test_a_broken_agent_file_says_what_to_mend(registry: Laptop, agent_file: Path, text: str, sentence: str) -> None:
    agent_file.write_text(text)
    done = referral("agents", "register", str(agent_file), account=registry)
    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_date_in_an_agent_file_is_text(registry: Laptop, agent_file: Path) -> None:
    agent_file.write_text(AGENT.replace("a first try", "2026-11-20"))
    told("agents", "register", str(agent_file), account=registry)
    [version] = told("agents", "show", "referral-writer", account=registry)["versions"]
    assert version["message"] == "2026-11-20"


def test_a_draft_is_found_by_referral_and_by_job(house: House, desk: Laptop) -> None:
    [waiting] = told("drafts", "list", account=desk)["drafts"]
    assert waiting["referral_id"] == REFERRAL
    by_job = told("drafts", "show", "s-1", account=desk)
    assert by_job == told("drafts", "show", REFERRAL, account=desk) | {"shown_at": by_job["shown_at"]}
    assert house.referral.shown_at


def test_drafts_that_failed_are_listed_with_what_to_do() -> None:
    house = House()
    house.room.given(job("s-1")).deliver([record(prepared(), receives=3)])
    listed = " ".join(referral("drafts", "list", "--status", "failed", account=laptop(review_api=house)).stdout.split())
    assert "no_production_agent (1): point the alias at a version" in listed


def test_a_draft_looks_like_a_mail(desk: Laptop) -> None:
    done = referral("drafts", "show", "s-1", account=desk)
    assert "Subject: A small thank you" in done.stdout
    assert "dana@example.com" in done.stdout


def test_a_version_is_seen_once_a_draft_is_decided_and_not_before(desk: Laptop) -> None:
    assert "version" not in referral("drafts", "list", account=desk).stdout
    assert "hash-1" not in referral("drafts", "show", "s-1", account=desk).stdout
    assert "production" not in referral("drafts", "show", "s-1", account=desk).stdout
    told("drafts", "approve", "s-1", "--yes", account=desk)
    assert "version" in referral("drafts", "list", "--status", "approved", account=desk).stdout
    assert "production" in referral("drafts", "show", "s-1", account=desk).stdout


def test_a_draft_that_was_taken_back_is_listed_and_not_approved() -> None:
    house = by_candidate()
    house.room.given(rolled_back())
    account = laptop(review_api=house)
    refused = referral("drafts", "approve", "s-1", "--yes", account=account)
    assert refused.exit_code == 1 and "look again later" in refused.stderr
    [taken] = told("drafts", "list", "--status", "withdrawn", account=account)["drafts"]
    assert (taken["reason"], taken["version"]) == ("rolled_back", 2)
    assert "rolled_back" in referral("drafts", "show", "s-1", account=account).stdout


def test_an_approval_names_the_content_that_was_seen(house: House, desk: Laptop) -> None:
    seen = told("drafts", "show", "s-1", account=desk)["content_hash"]
    told("drafts", "edit", "s-1", "--subject", "Another subject", account=desk)

    outdated = referral("drafts", "approve", "s-1", "--hash", seen, account=desk)
    assert (outdated.exit_code, house.status) == (1, "in_review")
    assert "not what you were shown" in outdated.stderr

    assert told("drafts", "approve", "s-1", "--yes", "--reviewer", "r-7", account=desk)["status"] == "approved"
    assert (house.referral.review.reviewer, house.referral.draft.subject) == ("r-7", "Another subject")


def test_nobody_to_ask_means_no_approval(house: House, desk: Laptop) -> None:
    done = referral("drafts", "approve", "s-1", account=desk)
    assert (done.exit_code, house.status) == (1, "in_review")
    assert "--hash" in done.stderr


def test_a_rejection_needs_a_reason_that_is_known(house: House, desk: Laptop) -> None:
    assert referral("drafts", "reject", "s-1", "--yes", account=desk).exit_code == 2
    unknown = referral("drafts", "reject", "s-1", "--yes", "--reason", "boring", account=desk)
    assert "reason: Input should be 'wrong_facts'" in unknown.stderr
    assert told("drafts", "reject", "s-1", "--yes", "--reason", "wrong_tone", account=desk)["status"] == "rejected"


def test_an_edit_in_the_editor_replaces_the_text(
    house: House, desk: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/Dana/Dana, dear customer/' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    told("drafts", "edit", "s-1", account=desk)
    assert house.referral.draft.body.startswith("Hello Dana, dear customer,")
    monkeypatch.setenv("EDITOR", "true")
    assert "Nothing was changed" in referral("drafts", "edit", "s-1", account=desk).stderr


def test_only_what_failed_is_retried(desk: Laptop) -> None:
    done = referral("drafts", "retry", "s-1", account=desk)
    assert done.stderr == "referral: This referral is in_review; only a failed one is retried.\n"


def test_an_event_is_what_an_http_api_would_send() -> None:
    made = event("GET", ("customers", "a/b c", "features"), {"limit": 5, "after": None}, None)
    assert made["rawPath"] == made["requestContext"]["http"]["path"] == "/customers/a%2Fb%20c/features"
    assert (made["queryStringParameters"], made["rawQueryString"], made["body"]) == ({"limit": "5"}, "limit=5", None)
