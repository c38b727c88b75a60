"""A candidate on its way through the deployed stacks: reviewers reject what it writes, and it is taken back."""

import json
from pathlib import Path
from typing import Any

from services.deployer.plan import Plan
from tests.local.laptop import Laptop

QUICK = {"stages": [{"share": 50, "evidence": 20, "hours": 0}, {"share": 100, "hours": 0}]}


def simulated(laptop: Laptop, folder: Path, candidate: float, baseline: float) -> dict[str, Any]:
    plan = folder / "plan.json"
    plan.write_text(json.dumps(Plan.model_validate(QUICK).model_dump(mode="json")))
    rates = ("--candidate-approval", str(candidate), "--baseline-approval", str(baseline))
    busy = ("--wave", "30", "--reviewers", "1")  # so that drafts wait for a decision at any moment
    return laptop.json("simulate", "rollout", *rates, *busy, "--customers", "200", "--plan", str(plan), "--patience", "1")


def test_a_bad_candidate_is_taken_back_with_all_that_has_not_left(laptop: Laptop, tmp_path: Path) -> None:
    found = simulated(laptop, tmp_path, candidate=0.1, baseline=0.9)
    assert "simulated" in found["review"]
    assert (found["ended"], found["share"], found["why"]) == ("rolled_back", "50 %", "the candidate is worse")
    assert found["withdrawn"] == found["written_anew"] > 0
    assert found["explained"] == {"reproduced": True, "differences": []}
    assert (found["rejected_and_yet_sent"], found["not_as_the_salt_says"]) == (0, 0)

    rollout = laptop.json("rollouts", "show", found["rollout_id"])
    [production] = [one for one in laptop.json("agents", "show", "referral-writer")["aliases"] if one["alias"] == "production"]
    assert production["version"] == rollout["baseline"]
    explained = laptop.json("rollouts", "explain", found["rollout_id"])
    last = explained["decisions"][-1]
    assert last["change"] == "RolloutRolledBack"
    assert last["recorded"]["log_e"] >= 2.9957  # then; what is decided after it counts too
