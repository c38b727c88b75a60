"""A rollout as the event log has it, made by the deployer's own rules from customers whose approval is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from infra.cli.retold import STEPS
from services.deployer.gates import standing
from services.deployer.model import Rollout, Step
from services.deployer.outcomes import Arm
from services.deployer.plan import Plan, Stage
from services.deployer.results import outcome, values
from shared.events.orchestrator import ReferralDrafted, ReferralReviewed
from shared.events.registry import AliasMoved

ID, OBJECTIVE = "ro-test", 1000
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
KINDS = {step: kind for kind, step in STEPS.items()}
QUICK = Plan(stages=(Stage(share=50, evidence=20, outcomes=20, hours=0), Stage(share=100, outcomes=50, hours=0)))
WROTE = {"config_hash": "c" * 32, "prompt_hash": "p", "content_hash": "h", "features_version": 1, "input_tokens": 1, "output_tokens": 1}


@dataclass
class Story:
    """Rows in the order of the log, and the rollout that looked at them every ``batch`` outcomes."""

    plan: Plan = QUICK
    batch: int = 3
    rows: list[dict[str, Any]] = field(default_factory=list)
    at: datetime = START
    revision: int = 0

    def __post_init__(self) -> None:
        self.ids: Iterator[int] = count(1)
        self.rollout = Rollout(self.plan, self.at)
        self.change("RolloutStarted", 50, plan=self.plan.model_dump(mode="json"), evaluation_id=None, latency_objective_ms=OBJECTIVE)

    def customers(self, number: int, approval: float, seed: int = 1) -> "Story":
        """So many customers of whom the candidate writes to its share; control is approved at 0.8."""
        chance = Random(seed)
        for customer in range(number):
            share = self.rollout.current.share
            arm = Arm.CANDIDATE if chance.random() < share / 100 else Arm.CONTROL
            good = chance.random() < (approval if arm is Arm.CANDIDATE else 0.8)
            for said in _events(f"{seed}-{customer}", arm, share, good):
                self.say(said)
                for metric, value in values(said).items():
                    self.rollout = self.rollout.learn(outcome(said, metric, value, OBJECTIVE, self.at))
            if (customer + 1) % self.batch == 0:
                self.look()
            if self.rollout.finished:
                break
        return self

    def look(self) -> "Story":
        decision = self.rollout.decide(self.at)
        return self if decision.step is Step.WAIT else self.do(decision.step, decision.reason)

    def do(self, step: Step, reason: str = "by hand", by: str | None = None, cause: str | None = None) -> "Story":
        before = self.rollout
        self.rollout = before.after(step, self.at)
        percent = 0 if step is Step.ROLL_BACK else 100 if step is Step.RELEASE else self.rollout.current.share
        found = standing(before.plan, before.tally)
        counts = {metric: {share: [*cells] for share, cells in of.items()} for metric, of in before.tally.items()}
        evidence = {"counts": counts, "log_e": found.log_e, "log_trusted": found.log_trusted, "log_advance": found.log_advance}
        self.change(KINDS[step], percent, reason=reason, by=by, evidence=evidence, cause=cause)
        return self

    def moved_by_hand(self) -> str:
        """Production is moved by a person; answers the event that says so."""
        moved = AliasMoved(
            agent="referral-writer", alias="production", revision=2, from_version=1, to_version=3, config_hash="d" * 32, cause="by hand",
        )
        self.say(moved)
        return str(self.rows[-1]["event_id"])

    def change(self, kind: str, percent: int, reason: str = "as asked", cause: str | None = None, **said: Any) -> None:
        self.revision += 1
        self._row(kind, cause, {
            "rollout_id": ID, "revision": self.revision, "agent": "referral-writer", "candidate": 2, "candidate_hash": "b" * 32,
            "baseline": 1, "baseline_hash": "a" * 32, "baseline_revision": 1, "percent": percent, "salt": "s" * 32, "reason": reason,
        } | said)

    def say(self, event: Any) -> None:
        self._row(event.detail_type(), None, event.model_dump(mode="json"))

    def _row(self, kind: str, cause: str | None, data: dict[str, Any]) -> None:
        self.at += timedelta(seconds=2)
        self.rows.append({
            "event_id": f"e-{next(self.ids)}", "detail_type": kind, "occurred_at": self.at.isoformat(), "causation_id": cause, "data": data,
        })

    def last(self, kind: str) -> dict[str, Any]:
        """What the last event of this kind says, to be tampered with."""
        return next(row["data"] for row in reversed(self.rows) if row["detail_type"] == kind)




def _events(customer: str, arm: Arm, share: int, good: bool) -> Iterator[Any]:
    of = {
        "agent": "referral-writer", "version": 2 if arm is Arm.CANDIDATE else 1, "arm": arm.value, "share": share, "rollout_id": ID,
        "counts": True, "customer_id": customer, "referral_id": f"r-{customer}", "draft_id": f"d-{customer}",
    }
    yield ReferralDrafted(**of, **WROTE, latency_ms=200, cost_usd=None)
    verdict = {"decision": "approved" if good else "rejected", "edited": False, "reason": None, "reviewer": "robin", "seconds": 5}
    yield ReferralReviewed(**of, content_hash="h", **verdict)
