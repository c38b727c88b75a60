"""The results of evaluations stand beside the version that was the candidate."""

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import now
from shared.events import Metadata
from shared.events.evaluation import EvaluationFinished
from tests.harness.room import record
from tests.unit.registry.story import AGENT, Registry, evaluation


@pytest.fixture
def registry() -> Registry:
    return Registry()


def finish(registry: Registry, said: EvaluationFinished, hour: int = 0) -> None:
    at = now() + timedelta(hours=hour)
    about = Metadata(event_id=f"{said.evaluation_id}-{hour}", occurred_at=at, correlation_id="e", producer=said.source)
    assert registry.deliver([record(said, metadata=about)]) == []


def evaluations(registry: Registry, version: int = 2) -> Any:
    return registry.version(version, "/evaluations")


def test_a_finished_evaluation_is_known_as_it_was_said(registry: Registry) -> None:
    finish(registry, evaluation())
    [known] = evaluations(registry)
    assert known.pop("finished_at")
    assert EvaluationFinished.model_validate(known) == evaluation()
    assert evaluations(registry, 1) == []


def test_evaluations_are_told_newest_first_whatever_their_order(registry: Registry) -> None:
    for hour in (2, 3, 1):
        finish(registry, evaluation(f"e-{hour}"), hour)
    assert [known["evaluation_id"] for known in evaluations(registry)] == ["e-3", "e-2", "e-1"]


def test_an_evaluation_that_is_scored_anew_counts_as_it_was_said_last(registry: Registry) -> None:
    finish(registry, evaluation(verdict="worse", passed=False), 2)
    finish(registry, evaluation(), 1)
    [known] = evaluations(registry)
    assert (known["verdict"], known["passed"]) == ("worse", False)


def test_an_agent_is_shown_with_the_last_evaluation_of_each_version(registry: Registry) -> None:
    finish(registry, evaluation("e-1", verdict="undecided", passed=False), 1)
    finish(registry, evaluation("e-2"), 2)
    shown = {row["version"]: row["evaluation"] for row in registry.http.get(f"/agents/{AGENT}").body["versions"]}
    assert (shown[1], shown[3]) == (None, None)
    assert shown[2] | {"finished_at": ""} == {
        "finished_at": "", "evaluation_id": "e-2", "baseline": 1, "cases": 200, "verdict": "better", "passed": True,
    }


def test_evaluations_of_a_version_that_is_missing_are_not_found(registry: Registry) -> None:
    assert evaluations(registry, 9)["code"] == "version_missing"
