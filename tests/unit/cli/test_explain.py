"""`rollouts explain`: what was decided is found again in the log, and what was tampered with is found out."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from infra.cli.curve import Curve
from infra.cli.explanation import Explanation, explanation
from infra.cli.retold import STARTED, changes, outcomes
from infra.cli.say import Problem
from services.deployer.model import Step
from shared import clock
from tests.unit.cli.laptop import Laptop, referral
from tests.unit.cli.rollout_log import ID, START, Story


def explained(story: Story, outside: frozenset[str] = frozenset(), later: timedelta = timedelta(hours=1)) -> Explanation:
    told = changes(story.rows)
    started = next(one for one in told if one.kind == STARTED)
    return Explanation(told, list(outcomes(story.rows, started)), outside, story.at + later)


def kinds(story: Story) -> list[str]:
    return [told.kind.removeprefix("Rollout") for told in changes(story.rows)]


def bad() -> Story:
    return Story().customers(400, approval=0.3)


def good() -> Story:
    return Story().customers(2000, approval=0.85)


@pytest.mark.parametrize(
    ("story", "happened"), [(bad, ["Started", "RolledBack"]), (good, ["Started", "Advanced", "Completed"])],
)
@pytest.mark.parametrize("batch", [1, 7])
def test_every_decision_is_found_again(story: Callable[[], Story], happened: list[str], batch: int) -> None:
    told = Story(batch=batch).customers(2000, approval=0.3 if story is bad else 0.85)
    found = explained(told)
    assert (kinds(told), found.differences) == (happened, [])
    assert [one.found.step for one in found.decisions if one.found] == [one.step for one in found.story[1:]]


def test_the_first_crossing_is_where_the_evidence_suffices_and_the_rollback_at_most_a_batch_later() -> None:
    said = explained(bad()).public()
    crossed = said["replay"]["first_crossing"]
    assert [log_e >= 2.9957 for _, _, log_e in said["curve"][: crossed["outcome"]]] == [False] * (crossed["outcome"] - 1) + [True]
    assert 0 <= said["replay"]["parts"][0]["outcomes_behind"] <= 9


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda said: said["evidence"].update(log_e=said["evidence"]["log_e"] + 1e-6), "its counts give log_e"),
        (lambda said: said["evidence"]["log_advance"].update(approval=9.0), "its counts give log_advance of approval"),
        (lambda said: said["evidence"]["counts"]["approval"][50].__setitem__(3, 0), "its counts say wait"),
        (lambda said: said["evidence"]["counts"]["approval"][50].__setitem__(3, 500), "it counted 500 of approval at 50 %, candidate bad"),
        (lambda said: said.update(percent=10), "it says 10 % from then on; by the plan it is 0 %"),
        (lambda said: said.update(candidate_hash="e" * 32), "candidate_hash is not the one"),
        (lambda said: said.update(evidence=None), "it says no counts"),
        (lambda said: said.update(revision=5), "revision 5 follows 1"),
    ],
)
def test_a_rollback_that_was_tampered_with_is_found_out(tamper: Callable[[dict[str, Any]], None], told: str) -> None:
    story = bad()
    tamper(story.last("RolloutRolledBack"))
    assert [text for text in explained(story).differences if told in text]


def test_an_outcome_that_is_not_in_the_log_can_not_have_been_counted() -> None:
    story = bad()
    lost = next(n for n, row in enumerate(story.rows) if row["data"].get("decision") == "rejected" and row["data"]["arm"] == "candidate")
    del story.rows[lost]
    [found] = explained(story).differences
    assert "candidate bad; the log has" in found


def test_counters_that_shrink_are_found_out() -> None:
    story = good()
    story.last("RolloutCompleted")["evidence"]["counts"]["errors"][50][0] -= 5
    assert any("less was counted than before: errors at 50 %, control good" in text for text in explained(story).differences)


def test_what_is_no_evidence_is_not_counted() -> None:
    story = bad()
    before = explained(story).public()["curve"]
    others = [("arm", "production"), ("counts", False), ("rollout_id", "ro-other")]
    drafts = [row for row in story.rows if row["detail_type"] == "ReferralDrafted"][:3]
    for (name, value), row in zip(others, drafts, strict=True):
        story.rows.append(row | {"event_id": f"e-{name}", "data": row["data"] | {"customer_id": f"other-{name}", name: value}})
    assert explained(story).public()["curve"] == before


def test_what_was_demanded_only_between_two_looks_is_told_and_is_no_difference() -> None:
    story = Story(batch=10_000).customers(40, approval=0.45, seed=54).do(Step.HOLD, by="robin")
    found = explained(story)
    demanded = ["roll back from outcome 96 to 101, for 6 outcomes", "roll back from outcome 105 to 107, for 3 outcomes"]
    assert (found.differences, found.public()["replay"]["between_looks"]) == ([], demanded)


def test_a_decision_by_other_rules_is_found_out() -> None:
    story = bad()
    story.rows[0]["data"]["plan"]["false_rollbacks"] = 0.0001
    assert any("its counts say wait" in text for text in explained(story).differences)


def test_a_rollback_that_never_came_is_found_out() -> None:
    story = Story(batch=10_000).customers(120, approval=0.1)
    [found] = explained(story).differences
    assert "the log demands roll back; nothing followed" in found


def test_what_the_log_demands_this_very_minute_may_still_come() -> None:
    story = Story(batch=10_000).customers(20, approval=0.0)
    assert explained(story, later=timedelta(hours=1)).differences
    assert explained(story, later=-(story.at - START)).differences == []


def test_an_advance_where_the_log_demanded_a_rollback_is_found_out() -> None:
    story = Story(batch=10_000).customers(120, approval=0.1).do(Step.ADVANCE)
    found = explained(story).differences
    assert any("its counts say roll back" in text for text in found)
    assert any("the log demands roll back; advance followed" in text for text in found)


def test_what_a_person_decides_needs_no_evidence() -> None:
    story = Story().customers(6, approval=0.8).do(Step.HOLD, by="robin").do(Step.RESUME, by="robin").do(Step.ADVANCE, by="robin")
    story.customers(6, approval=0.8, seed=2).do(Step.ROLL_BACK, by="robin")
    assert explained(story).differences == []


def test_production_moved_by_hand_ends_a_rollout_whatever_the_evidence() -> None:
    story = Story().customers(6, approval=0.8)
    moved = story.moved_by_hand()
    story.do(Step.ROLL_BACK, "production was moved by hand", cause=moved)
    assert explained(story, outside=frozenset({moved})).differences == []
    assert any("its counts say wait" in text for text in explained(story).differences)


def test_what_the_deployer_had_not_counted_yet_is_in_flight() -> None:
    story = bad()
    counted = sum(sum(cells) for shares in story.last("RolloutRolledBack")["evidence"]["counts"].values() for cells in shares.values())
    late = story.rows.pop()
    story.customers(3, approval=0.5, seed=2)
    story.rows.append(late | {"occurred_at": story.at.isoformat()})
    found = explained(story)
    assert (found.differences, found.decisions[-1].in_flight) == ([], 3 if counted else None)


def test_a_customer_counts_once() -> None:
    story = Story().customers(30, approval=0.8)
    before = len(explained(story).public()["curve"])
    story.rows += [row | {"event_id": f"again-{row['event_id']}"} for row in story.rows[1:]]
    assert len(explained(story).public()["curve"]) == before


def test_an_event_that_breaks_its_contract_is_a_sentence() -> None:
    story = bad()
    del story.last("RolloutRolledBack")["salt"]
    with pytest.raises(Problem, match=r"RolloutRolledBack e-\d+ breaks its contract \(salt\)"):
        explained(story)


def test_a_curve_keeps_its_crossing_however_many_outcomes_there_are() -> None:
    curve = Curve([0.0] * 500 + [3.5] + [0.0] * 500, 3.0, [(501, "RolledBack")])
    *lines, marks = curve.drawn()
    assert "•" in lines[0]
    assert max(map(len, lines)) <= 72 + len("  log e = 3")
    assert lines[0].index("•") == marks.index("^")


def test_a_curve_of_nothing_is_drawn_too() -> None:
    assert Curve([], 3.0).drawn()[-1] == ""
    assert Curve([], 3.0).svg("<nothing>").count("&lt;nothing&gt;") == 1


class Log:
    """DynamoDB's query, over the rows of a story: those of the rollout by their index, the agent's by their story."""

    def __init__(self, story: Story) -> None:
        self.rows = story.rows

    def get_paginator(self, operation: str) -> "Log":
        return self

    def paginate(self, ExpressionAttributeValues: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
        of_rollout = asked.get("IndexName") == "rollout"
        rows = [row for row in self.rows if (row["data"].get("rollout_id") == ID) is of_rollout]
        assert ExpressionAttributeValues[":p"]["S"] in (ID, "agent-referral-writer")
        return [{"Items": [{name: {"S": v if isinstance(v, str) else json.dumps(v)} for name, v in row.items() if v} for row in rows]}]


def told_of(story: Story, *more: str) -> Result:
    return referral("rollouts", "explain", ID, *more, account=Laptop(clients={"dynamodb": Log(story)}))


def test_a_person_sees_every_decision_and_the_curve(tmp_path: Path) -> None:
    picture = tmp_path / "evidence.svg"
    done = told_of(bad(), "--svg", str(picture))
    assert done.exit_code == 0, done.output
    for said in ("RolledBack", "evidence", "log e = 3", "It suffices to go back: first after outcome", "Every decision is reproduced"):
        assert said in done.stdout
    assert picture.read_text().startswith("<svg")


def test_what_differs_is_named_and_ends_with_exit_code_one() -> None:
    story = bad()
    story.last("RolloutRolledBack")["evidence"]["log_e"] += 1
    done = told_of(story)
    assert (done.exit_code, "its counts give log_e" in done.stdout) == (1, True)
    assert json.loads(told_of(story, "--json").stdout)["reproduced"] is False


def test_a_log_that_has_not_caught_up_is_read_again() -> None:
    story = bad()
    later = clock.now() - story.at
    for row in story.rows:
        row["occurred_at"] = (datetime.fromisoformat(row["occurred_at"]) + later).isoformat()
    late = [row for row in story.rows if row["detail_type"] == "ReferralReviewed"][-4:]
    story.rows[:] = [row for row in story.rows if row not in late]
    found = explanation(Laptop(clients={"dynamodb": Log(story)}), ID, sleep=lambda _: story.rows.append(late.pop()))
    assert (found.differences, len(late) < 4) == ([], True)


def test_production_moved_by_hand_is_found_in_the_story_of_the_agent() -> None:
    story = Story().customers(6, approval=0.8)
    moved = story.moved_by_hand()
    assert told_of(story.do(Step.ROLL_BACK, "production was moved by hand", cause=moved)).exit_code == 0


def test_a_rollout_that_reached_nobody_has_nothing_to_recompute() -> None:
    story = Story()
    story.rows[0]["detail_type"] = "RolloutRefused"
    done = told_of(story)
    assert (done.exit_code, "No outcome was counted" in done.stdout) == (0, True)


def test_a_rollout_that_nobody_knows_is_a_sentence() -> None:
    story = Story()
    story.rows.clear()
    done = told_of(story)
    assert (done.exit_code, "rollouts list" in done.stderr) == (1, True)
