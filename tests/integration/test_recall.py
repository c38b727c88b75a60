"""A rollout as it is deployed: the candidate writes, is rolled back, and what has not left is taken back."""

from typing import Any

import pytest

from tests.harness.cloud import Cloud
from tests.harness.rollouts import rolled_back, started
from tests.integration.story import candidate, decide, drafts, heard_as, jobs, production, say, sender, writing

EVERYBODY = 100


@pytest.fixture
def trial(cloud: Cloud) -> Cloud:
    """Version 1 is in production, version 2 writes to everybody."""
    cloud.deploy("knowledge", "features", "prep", "registry", "orchestrator")
    production(cloud)
    sender(cloud)
    say(cloud, started(percent=EVERYBODY, **candidate(cloud)))
    cloud.settle()
    return cloud


def written(cloud: Cloud, *service_ids: str) -> list[dict[str, Any]]:
    """The drafts of these jobs, oldest first."""
    jobs(cloud, *service_ids)
    with writing(len(service_ids)):
        cloud.settle()
    return drafts(cloud)


def roll_back(cloud: Cloud) -> Cloud:
    say(cloud, rolled_back(**candidate(cloud)))
    return cloud


def test_what_the_candidate_wrote_is_taken_back_and_written_anew_by_production(trial: Cloud) -> None:
    first, _ = written(trial, "s-1", "s-2")
    assert decide(trial, "approve", first).status == 200
    roll_back(trial)
    trial.deliver("follow_events")
    trial.deliver("recall_drafts")
    with writing(2):
        trial.settle()
    trial.heard()
    assert [call for call in trial.calls if call.operation == "SendEmail"] == []
    [*_, last] = drafts(trial)
    assert len(drafts(trial)) == 2 and last["version"] is None
    done = decide(trial, "approve", last).body
    assert (done["version"], done["arm"], done["counts"]) == (1, "production", False)
    trial.settle()
    assert heard_as(trial.heard(), "ReferralSent")[0]["referral_id"] == last["referral_id"]


def test_who_wrote_is_announced_with_what_counts(trial: Cloud) -> None:
    written(trial, "s-1", "s-2")
    said = heard_as(trial.heard(), "ReferralDrafted")
    assert [(e["version"], e["arm"], e["share"], e["rollout_id"]) for e in said] == [(2, "candidate", 100, "ro-1")] * 2
    assert sorted(e["counts"] for e in said) == [False, True]


def test_a_rollback_that_reaches_the_service_before_the_recall_stops_an_approval(trial: Cloud) -> None:
    [line] = written(trial, "s-1")
    roll_back(trial)
    trial.deliver("follow_events")
    answer = decide(trial, "approve", line)
    assert (answer.status, answer.code) == (409, "version_withdrawn")
    with writing():
        trial.settle()
    assert len(heard_as(trial.heard(), "DraftWithdrawn")) == 1
    assert [draft["status"] for draft in drafts(trial)] == ["in_review"]


def test_a_rollback_told_again_takes_nothing_back(trial: Cloud) -> None:
    written(trial, "s-1")
    roll_back(trial)
    with writing():
        trial.settle()
    trial.heard()
    roll_back(trial).settle()
    assert (heard_as(trial.heard(), "DraftWithdrawn"), len(drafts(trial))) == ([], 1)
