"""`referral agents`: over the registry itself, as people and machines see it."""

import json
from pathlib import Path

import pytest
from pydantic_core import to_json

from shared.events.deployer import RolloutStarted
from tests.harness.room import record, said
from tests.unit.cli.laptop import Laptop, laptop, referral, told
from tests.unit.registry.outcomes import drafted, failed, hear, reviewed, sent
from tests.unit.registry.story import AGENT, Registry, change, content, evaluation, retire


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def account(registry: Registry) -> Laptop:
    return laptop(register_agent=registry.http)


def lived(registry: Registry) -> None:
    """Version 2 wrote three drafts, and was evaluated."""
    hear(registry, [
        drafted("r-1"), reviewed("r-1"), sent("r-1"), drafted("r-2"), reviewed("r-2", "rejected"),
        drafted("r-3", latency_ms=4000), reviewed("r-3", edited=True), failed("r-4"),
    ])
    registry.when(evaluation())


def seen(*arguments: str, account: Laptop) -> str:
    done = referral("agents", *arguments, account=account)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_two_versions_are_compared(account: Laptop) -> None:
    [only] = told("agents", "diff", AGENT, "1", "2", account=account)["changes"]
    assert (only["field"], only["diff"][-2:]) == ("system_prompt", ["-prompt 1", "+prompt 2"])
    assert "+prompt 2" in seen("diff", AGENT, "1", "2", account=account)
    assert seen("diff", AGENT, "1", "1", account=account) == "version 1 and version 1 say the same.\n"


def test_a_value_that_changed_is_shown_before_and_after(registry: Registry, account: Laptop) -> None:
    other = content(1).model_dump(mode="json") | {"model_id": "[red]other.model"}
    registry.http.post("/agents", {"agent": AGENT, "config": other, "author": "a", "message": "m"})
    line = next(line for line in seen("diff", AGENT, "1", "4", account=account).splitlines() if "model_id" in line)
    assert line.split() == ["model_id", "some.model-v1", "[red]other.model"]


def test_an_agent_is_shown_with_how_each_version_does(registry: Registry, account: Laptop) -> None:
    lived(registry)
    registry.when(change(RolloutStarted, 1))
    shown = seen("show", AGENT, account=account)
    [line] = [line for line in shown.splitlines() if "better (against 1, e-1)" in line]
    assert line.split()[:7] == ["2", "3", "66.7", "%", "1", "1", "1"]
    assert [line.split() for line in shown.splitlines() if line.startswith("ro-1")] == [["ro-1", "2", "1", "10"]]


def test_the_performance_of_a_version_is_told(registry: Registry, account: Laptop) -> None:
    lived(registry)
    assert told("agents", "performance", AGENT, "2", account=account)["drafts"] == 3
    shown = seen("performance", AGENT, "2", account=account)
    assert "66.7 % (unchanged 1, edited 1)" in shown
    assert "wrong_tone 1" in shown
    assert "USD 0.006, 0 drafts without a price" in shown
    assert "approved       - (unchanged 0, edited 0)" in seen("performance", AGENT, "1", account=account)


def test_the_evaluations_of_a_version_are_told(registry: Registry, account: Laptop) -> None:
    lived(registry)
    assert [one["verdict"] for one in told("agents", "evaluations", AGENT, "2", account=account)] == ["better"]
    assert "+0.100 (+0.020 to +0.180)" in seen("evaluations", AGENT, "2", account=account)
    assert seen("evaluations", AGENT, "1", account=account) == "This version was not evaluated yet.\n"


def test_production_moves_during_a_rollout_only_by_force(registry: Registry, account: Laptop) -> None:
    registry.when(change(RolloutStarted, 1))
    move = ("agents", "alias", AGENT, "production", "3")
    refused = referral(*move, account=account)
    assert refused.exit_code == 1
    assert "referral rollouts rollback ro-1" in refused.stderr
    assert told(*move, "--force", account=account)["moved"] is True


def test_a_version_is_retired_and_said_to_be(registry: Registry, account: Laptop, tmp_path: Path) -> None:
    done = told("agents", "retire", AGENT, "3", "--reason", "too long", "--by", "ae-1", account=account)
    assert (done["changed"], done["retired"]["by"]) == (True, "ae-1")
    assert "by ae-1: too long" in seen("show", AGENT, account=account)
    assert "by ae-1: too long" in seen("show", AGENT, "--version", "3", account=account)
    refused = referral("agents", "alias", AGENT, "production", "3", account=account)
    assert "Version 3 is retired (too long)" in refused.stderr


def test_who_registers_retired_content_is_told(registry: Registry, account: Laptop, tmp_path: Path) -> None:
    retire(registry.http, 3)
    file = tmp_path / "agent.json"
    file.write_bytes(to_json({"agent": AGENT, "config": content(3).model_dump(mode="json")}))
    done = referral("agents", "register", str(file), account=account)
    assert done.exit_code == 0
    assert done.stderr == "This is version 3, which is retired (too long): another tag makes a new one.\n"


def test_figures_are_forgotten_only_by_who_means_it(registry: Registry, account: Laptop) -> None:
    story = [drafted("r-1"), reviewed("r-1")]
    hear(registry, story)
    assert referral("agents", "rebuild", account=account, input="n\n").exit_code == 1
    assert told("agents", "performance", AGENT, "2", account=account)["drafts"] == 1
    begun = referral("agents", "rebuild", "--yes", "--json", account=account)
    assert json.loads(begun.stdout)["generation"] == 2
    assert "`referral --account local replay --service registry --from 20" in begun.stderr
    assert told("agents", "performance", AGENT, "2", account=account)["drafts"] == 0
    registry.deliver([record(event, metadata=said(event, event_id)) for event, event_id in reversed(story)])
    assert told("agents", "performance", AGENT, "2", account=account)["drafts"] == 1
