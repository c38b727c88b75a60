"""All services together: from a completed job to a mail, and what must hold over the whole of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.projections import PROJECTIONS
from infra.cli.retelling.projection import UNEXPLAINED
from services.orchestrator import table
from services.registry.table import version_key
from shared.events.upstream import referral_id
from tests.harness import cloud as clouds
from tests.harness.cloud import Cloud
from tests.harness.deployment import client
from tests.harness.templates import BASE, services
from tests.integration.lambdas import account_of, answered
from tests.integration.story import decide, drafts, jobs, model, production, sender, types, writing
from tests.integration.test_rebuild import long_ago, rebuild
from tests.unit.cli.laptop import referral

JOBS = ["s-1", "s-2", "s-3"]
PERSONAL = {
    "customer__email": "canary@example.com", "customer__name": "Dana Canary", "service__notes": "canary notes",
    "service__technician": "Canary", "property": {"street": "Canary Street 1, 12345 Canarytown, " + "x" * 60},
}
LIFE = ["ReferralPrepared", "ReferralDrafted", "ReferralReviewed", "ReferralSent"]
FOLLOWS = {"FeaturesUpdated", "ReferralPrepared", "ReferralDrafted", "ReferralSent"}  # an event, not a person's command
Story = tuple[Cloud, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Three jobs of the same customer, each drafted, approved and sent; and everything that was said."""
    with clouds.cloud() as house:
        house.deploy(*BASE, *services())
        production(house)
        sender(house)
        house.settle()
        jobs(house, *JOBS, **PERSONAL)
        jobs(house, "s-0", historical=True, **PERSONAL)
        jobs(house, "s-9", **PERSONAL | {"customer__email": "canary@@example"})
        with writing(len(JOBS)):
            house.settle()
        for line in drafts(house):
            assert decide(house, "approve", line).status == 200
        yield house, house.settle().heard()


def log(cloud: Cloud) -> list[dict[str, str]]:
    rows = [{name: next(iter(value.values())) for name, value in item.items()} for item in cloud.items("EventLog")]
    return [row for row in rows if row["sk"] != "COUNTS"]  # a day's counts are no event


def test_every_job_becomes_one_mail(story: Story) -> None:
    house, said = story
    for kind in LIFE:
        assert types(said).count(kind) == len(JOBS), kind
    assert sum(call.operation == "SendEmail" for call in house.calls) == len(JOBS)
    assert house.call("features_api", "GET", "/customers/c-1/features").body["service_count"] == len(JOBS) + 1


def test_everything_that_was_said_is_in_the_log_once_and_says_because_of_what(story: Story) -> None:
    house, said = story
    rows = log(house)
    assert len(rows) == len(said)
    known = {row["event_id"] for row in rows}
    assert {row["detail_type"] for row in rows if row["source"].startswith("upstream.")} == {"ServiceCompleted"}
    assert {row["causation_id"] for row in rows if row["detail_type"] in FOLLOWS} <= known


def test_the_story_of_a_job_is_one_partition_in_the_order_in_which_it_happened(story: Story) -> None:
    house, _ = story
    rows = sorted((row for row in log(house) if row["pk"] == referral_id("s-1")), key=lambda row: row["sk"])
    assert [row["detail_type"] for row in rows] == ["ServiceCompleted", "FeaturesUpdated", *LIFE]


def test_no_event_of_our_own_and_no_log_table_names_a_person(story: Story) -> None:
    house, said = story
    ours = [event for event in said if event["source"].startswith("referral.")]
    assert "anary" not in json.dumps([*ours, log(house)])


def test_all_of_it_again_in_reverse_order_changes_nothing(story: Story) -> None:
    house, said = story
    before = _state(house)
    for event in reversed(said):
        house.put(event["detail-type"], event["detail"], source=event["source"])
    with model():
        house.settle().heard()
    assert _state(house) == before
    emptied = [name for name, known in house.deployed.functions.items() if known.queue]
    assert {name: house.waiting(name) for name in emptied} == dict.fromkeys(emptied, 0)
    assert sum(call.operation == "SendEmail" for call in house.calls) == len(JOBS)


def _state(house: Cloud) -> dict[tuple[str, str, str], Any]:
    """Everything that the services know, without the proofs of what they handled."""
    return {
        (table, item["pk"]["S"], item["sk"]["S"]): item
        for table in house.deployed.tables for item in house.items(table)
        if table != "EventLog" and item["sk"]["S"] != "INBOX"
    }


def test_every_table_is_what_the_log_says_and_all_of_it_said_again_changes_nothing(story: Story) -> None:
    house, _ = story
    before, calls = _state(house), len(house.calls)
    told = answered(referral("verify", "--replay", "--json", account=account_of(house)))
    assert (told["verified"], told["audit"]["clean"], told["audit"]["sent"]) == (True, True, len(JOBS))
    assert sorted(told["tables"]) == sorted(services())
    for service, known in told["tables"].items():
        assert (known["different"], known["same"] > 0) == (0, True), service
        assert UNEXPLAINED not in map(PROJECTIONS[service].why_kept, known["not_rebuilt"]), service
    assert told["replay"]["changed"] == {} and _state(house) == before
    assert told["replay"]["effects_refused"]["orchestrator"] >= 2 * len(JOBS)
    assert {"Converse", "SendEmail", "PutEvents"} & {call.operation for call in house.calls[calls:]} == set()


def test_what_left_since_a_backup_does_not_leave_again(story: Story) -> None:
    """The newest two mails were sent after it: one was in review then, of the other nothing was known."""
    house, _ = story
    one, other = referral_id("s-2"), referral_id("s-3")
    _status(house, one, "in_review")
    for key in (table.claim_key(one), table.claim_key(other), table.referral_key(other)):
        _by_hand(house, "Referrals", "delete_item", key)
    assert referral("verify", account=account_of(house)).exit_code == 1
    told = answered(referral("restore", "referrals", "--yes", "--json", account=account_of(house)))
    assert told == {"recovered": {"sent": 2}, "to_settle": [], "to_retry": []}
    assert referral("verify", account=account_of(house)).exit_code == 0
    assert not drafts(house)


def test_what_the_log_knows_whole_is_mended_and_what_it_only_knows_of_is_named(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, _ = story
    monkeypatch.chdir(tmp_path)
    long_ago()
    lost, changed = (version_key("referral-writer", 1), table.referral_key(referral_id("s-1")))
    _by_hand(house, "AgentRegistry", "delete_item", lost)
    _status(house, referral_id("s-1"), "in_review")
    assert rebuild(house, "--switch", "--yes", service="registry")["switched"] == 1
    assert house.call("register_agent", "GET", "/agents/referral-writer/versions/1").body["author"] == "ae-1"
    told = rebuild(house, "--switch", "--yes", service="orchestrator")
    assert [one["fields"] for one in told["differences"]] == [["status"]]
    assert (told["switched"], told["left"]) == (0, {"/".join(changed): "only compared: the log does not have all of it"})
    verified = referral("verify", account=account_of(house))
    assert (verified.exit_code, f"{changed[0]} / {changed[1]}" in verified.stdout) == (1, True)


def _status(house: Cloud, referral: str, status: str) -> None:
    said = {"ExpressionAttributeNames": {"#s": "status"}, "ExpressionAttributeValues": {":s": {"S": status}}}
    _by_hand(house, "Referrals", "update_item", table.referral_key(referral), UpdateExpression="SET #s = :s", **said)


def _by_hand(house: Cloud, table: str, verb: str, key: tuple[str, str], **more: Any) -> None:
    where = {"TableName": house.deployed.tables[table], "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}}}
    getattr(client("dynamodb"), verb)(**where, **more)
