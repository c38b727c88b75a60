"""`referral rollouts`: what counts say, and how a plan would do, without any account."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.accounts import ROOT
from infra.cli import backtest, estimates
from infra.cli.histories import Course, Truth
from services.deployer.plan import Plan
from tests.unit.cli.laptop import referral, told

COUNTS = ("control_approved", "control_rejected", "candidate_approved", "candidate_rejected")


def question(*seen: int, w: float = 0.1, **asked: Any) -> str:
    return json.dumps({"baseline": 0.8, "counts": [{"w": w, **dict(zip(COUNTS, seen, strict=True))}], **asked})


def decided(said: str) -> dict[str, Any]:
    return told("rollouts", "decide", "--input", "-", input=said)


def refused(command: str, option: str, said: str) -> list[str]:
    done = referral("rollouts", command, option, "-", input=said)
    assert (done.exit_code, done.stdout) == (1, "")
    return [line.strip() for line in done.stderr.splitlines()[1:]]


def backtested(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    return told("rollouts", "backtest", "--runs", "20", *arguments, **options)["scenarios"]


def approval_only(tmp_path: Path, **changed: Any) -> str:
    rail = Plan().guardrails["approval"].model_dump() | {"weight": 0.9}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"guardrails": {"approval": rail}} | changed))
    return str(file)


def test_counts_that_are_worse_roll_back() -> None:
    found = decided(question(360, 90, 30, 20, offsets=[0.05, 0.10, 0.20, 0.40], margin=0.0))
    assert found["log_e"] == pytest.approx(3.6558570, abs=1e-6)
    assert (found["rollback"], len(found["component_logs"])) == (True, 4)
    assert found == told("rollouts", "decide", "--input", str(ROOT / "examples" / "rollouts" / "counts.json"))


def test_counts_that_are_not_enough_do_not() -> None:
    found = decided(question(720, 180, 70, 30, offsets=[0.05, 0.10, 0.20, 0.40]))
    assert (found["log_e"], found["rollback"]) == (pytest.approx(1.6768850, abs=1e-6), False)


def test_delta_asks_whether_it_is_no_worse() -> None:
    found = decided(question(360, 90, 45, 5, delta=0.10))
    assert found == {"log_e": pytest.approx(3.6477750, abs=1e-6), "advance": True}


def test_counts_of_one_share_in_two_parts_are_one() -> None:
    whole = json.loads(question(4, 2, 6, 8, offsets=[0.1]))
    parts = whole | {"counts": json.loads(question(2, 1, 3, 4))["counts"] * 2}
    assert decided(json.dumps(parts)) == decided(json.dumps(whole))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    said = question(-1, 2, 3, 4, w=0, offsets=[0.1, 0.9], margin=0.2, delta=0.1, more=1)
    assert refused("decide", "--input", said) == [
        "offsets: [0.1, 0.9] must lie above the margin and below the baseline",
        "delta: give either offsets (is it worse?) or delta (is it no worse?)",
        "counts.0.w: Input should be greater than 0",
        "counts.0.control_approved: Input should be greater than or equal to 0",
        "more: Extra inputs are not permitted",
    ]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('{"baseline": 0.8', "the input: Invalid JSON: EOF while parsing an object at line 1 column 16"),
        ("[1]", "the input: Input should be an object"),
        (question(1, 2, 3, 4), "delta: give either offsets (is it worse?) or delta (is it no worse?)"),
        (question(1, 2, 3, 4, delta=0.8), "delta: it must be below the baseline"),
        (question(1, 2, 3, 4, delta=0.1, margin=0.1), "delta: a margin goes with offsets; with delta there is none"),
    ],
)
def test_what_is_no_question_is_refused(said: str, problem: str) -> None:
    assert refused("decide", "--input", said) == [problem]


def test_a_backtest_with_the_same_seed_is_the_same() -> None:
    few = ("--runs", "3", "--candidate-approval", "0.6", "--seed")
    assert backtested(*few, "7") == backtested(*few, "7") != backtested(*few, "8")


def test_a_backtest_covers_equal_arms_at_several_baselines_and_the_candidates_asked_for() -> None:
    found = backtested("--candidate-approval", "0.3", "--candidate-approval", "0.5", "--candidate-errors", "0.2")
    assert [scenario["scenario"] for scenario in found if scenario["equal"]] == [
        "no difference", "no difference at approval 0.7", "no difference at approval 0.9",
    ]
    assert {"approval 0.3", "approval 0.5", "errors 0.01 -> 0.2"} <= {scenario["scenario"] for scenario in found}
    hopeless = next(scenario for scenario in found if scenario["scenario"] == "approval 0.3")
    assert hopeless["rolled_back"] == {"value": 1, "error": 0}
    assert 4 < hopeless["exposed_until_rollback"]["median"]["value"] < 30


def test_a_plan_from_a_file_is_the_one_that_is_run(tmp_path: Path) -> None:
    file = approval_only(tmp_path, stages=[{"share": 50, "evidence": 20}, {"share": 100, "outcomes": 100}])
    found = backtested("--policy", file)
    assert not [scenario for scenario in found if "errors" in scenario["scenario"]]
    assert list(found[0]["rolled_back_at"]) == ["50", "100"]


def test_a_plan_says_everything_that_is_wrong_with_it() -> None:
    said = json.dumps({"stages": [{"share": 50}], "imbalance": 0, "more": 1})
    assert refused("backtest", "--policy", said) == [
        "stages: shares must grow and end with 100, not [50]",
        "imbalance: Input should be greater than 0",
        "more: Extra inputs are not permitted",
    ]


def test_a_person_reads_every_figure_with_its_error() -> None:
    done = referral("rollouts", "backtest", "--runs", "20", "--candidate-approval", "0.3")
    assert done.exit_code == 0
    [line] = [line for line in done.stdout.splitlines() if line.startswith("approval 0.3 ")]
    assert "100.0 % ± 0.0" in line


def test_taking_messages_at_once_decides_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same messages: all in one list, where many are leapt over, and each in a list of its own."""
    plan = Plan()
    good = {metric: rail.baseline for metric, rail in plan.guardrails.items()}
    truth = Truth(good, good | {"approval": 0.7})
    leaping = list(backtest.runs(plan, truth, 12, "a seed"))
    many = Course.endless
    monkeypatch.setattr(Course, "endless", lambda self, chance: ([one] for some in many(self, chance) for one in some))
    walking = list(backtest.runs(plan, truth, 12, "a seed"))
    assert leaping == walking


def test_estimates_know_their_error() -> None:
    assert estimates.share(20, 100) == {"value": 0.2, "error": pytest.approx(0.04)}
    assert estimates.mean([1, 3]) == {"value": 2, "error": pytest.approx(1)}
    assert estimates.mean([]) == estimates.quantile([], 0.5) == {"value": None, "error": None}
    assert estimates.quantile(range(10_000), 0.9) == {"value": 9000, "error": pytest.approx(30)}
