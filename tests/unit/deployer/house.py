"""The deployer in a test: its mailboxes, its clock and its API over one table, with a parameter store beside it."""

import json
from datetime import timedelta
from itertools import count
from typing import Any

from services.deployer import counters, table
from services.deployer.api import app
from services.deployer.deployment import Deployment
from services.deployer.outcomes import Tally
from services.deployer.plan import Plan
from services.deployer.pointers import Parameters, pointer_routes
from services.deployer.reactions import follow
from services.deployer.rounds import decide_all
from shared.clock import now
from shared.events import Event
from shared.events.evaluation import EvaluationFinished
from shared.events.orchestrator import DraftFailed, ReferralDrafted, ReferralReviewed
from shared.events.registry import AgentConfig, AgentRegistered, AgentRetired, AliasMoved, config_hash
from tests.harness.http import Answer, Http
from tests.harness.memory import MemoryStore
from tests.harness.room import Room

AGENT = "referral-writer"
CONFIG = {
    "model_id": "eu.example.writer-v1:0", "system_prompt": "You write short, honest mails.",
    "user_prompt": "{{facts}} Write the mail.",
}
OLD, NEW = "hash-old", "hash-new"
_SIDE = {
    "approved": 150, "rejected": 10, "errors": 0, "failed_checks": {}, "latency_ms_p50": 900, "latency_ms_p95": 1500,
    "input_tokens": 1, "output_tokens": 1, "cost_usd": None,
}
_COMPARISON = {
    "compared": 160, "both": 140, "only_baseline": 5, "only_candidate": 5, "neither": 10, "inconsistent": 0,
    "difference": 0.0, "interval": (-0.05, 0.05), "p_worse": 0.6, "p_better": 0.6, "p_inferior": 0.01, "margin": 0.1,
    "labelled": 0, "agreed": 0,
}


def new_hash(**changes: Any) -> str:
    return config_hash(AgentConfig.model_validate(CONFIG | changes))


def quick(**changes: Any) -> dict[str, Any]:
    """A plan whose gates are open at once where all goes well: no time, little evidence, ten outcomes."""
    stages = [{"share": share, "outcomes": 10, "hours": 0} for share in (10, 50, 100)]
    return Plan().model_dump(mode="json") | {"stages": stages} | changes


def registered(version: int, content: str) -> AgentRegistered:
    config = AgentConfig.model_validate(CONFIG)
    return AgentRegistered(
        agent=AGENT, version=version, config_hash=content, config=config, author="ae-1", message="new",
    )


def moved(to: int, content: str, revision: int, cause: str = "moved by hand") -> AliasMoved:
    return AliasMoved(
        agent=AGENT, alias="production", revision=revision, from_version=None, to_version=to, config_hash=content,
        cause=cause,
    )


def retired(version: int = 2, content: str = NEW) -> AgentRetired:
    return AgentRetired(agent=AGENT, version=version, config_hash=content, reason="wrong tone")


def evaluated(
    verdict: str = "no_worse", passed: bool = True, candidate: str = NEW, baseline: str = OLD, evaluation: str = "ev-1",
    failed_checks: dict[str, int] | None = None,
) -> EvaluationFinished:
    return EvaluationFinished(
        evaluation_id=evaluation, agent=AGENT, candidate=2, candidate_hash=candidate, baseline=1,
        baseline_hash=baseline, dataset="d-1", cases=200, comparison=_COMPARISON, verdict=verdict, passed=passed,
        metrics={"candidate": _SIDE | {"failed_checks": failed_checks or {}}, "baseline": _SIDE},
        reasons=["130 cases at least"], cost_usd=None, report="r",
    )


class House(Http):
    """One deployer that knows version 1, in production, and version 2."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.at = now()
        self.ssm = ParameterStore()
        self.room = Room(follow, pointer_routes(Parameters(lambda: self.ssm)))
        self.room.store = store or self.room.store
        super().__init__(app, self.room.store)
        self.room.given(registered(1, OLD), registered(2, NEW), moved(1, OLD, 1))
        self._customers = count(1)

    def asked(self, **plan: Any) -> "House":
        """A rollout of version 2 waits for its evaluation."""
        answer = self.post("/rollouts", {"agent": AGENT, "candidate": 2, "by": "ae-1", "plan": quick(**plan)})
        assert answer.status == 200, answer.body
        self.rollout_id = answer.body["rollout_id"]
        return self

    def started(self, **plan: Any) -> "House":
        """... and version 2 writes to its first customers."""
        self.asked(**plan).room.given(evaluated())
        assert self.rollout.status == "running"
        return self

    def hears(self, *events: Event, **envelope: Any) -> None:
        """The outcomes come in batches of ten, as the mailbox hands them over."""
        for start in range(0, len(events), 10):
            assert self.room.when(*events[start : start + 10], **envelope) == []

    def reviews(
        self, good: int = 0, bad: int = 0, arm: str = "candidate", share: int | None = None,
    ) -> list[ReferralReviewed]:
        """Reviews of that many customers more, of their first referral in the rollout."""
        decided = ["approved"] * good + ["rejected"] * bad
        return [self.review(f"c-{next(self._customers)}", said, arm, share) for said in decided]

    def review(
        self, customer: str, decision: str = "approved", arm: str = "candidate", share: int | None = None,
    ) -> ReferralReviewed:
        return ReferralReviewed(
            **self._given(customer, arm, share), draft_id="d-1", content_hash="c", decision=decision, edited=False,
            reason=None, reviewer="r-1", seconds=9,
        )

    def drafts(
        self, number: int, arm: str = "candidate", share: int | None = None, latency_ms: int = 900,
    ) -> list[ReferralDrafted]:
        return [self.draft(f"c-{next(self._customers)}", arm, share, latency_ms) for _ in range(number)]

    def draft(
        self, customer: str, arm: str = "candidate", share: int | None = None, latency_ms: int = 900,
    ) -> ReferralDrafted:
        return ReferralDrafted(
            **self._given(customer, arm, share), draft_id="d-1", content_hash="c", config_hash="h", prompt_hash="p",
            features_version=1, input_tokens=1, output_tokens=1, latency_ms=latency_ms, cost_usd=None,
        )

    def failure(self, customer: str, reason: str, arm: str = "candidate") -> DraftFailed:
        return DraftFailed(**self._given(customer, arm, None), reason=reason, attempts=3)

    def goes_well(self, share: int, candidates: int = 12) -> None:
        """Both arms are approved and quick, as many customers of each as were assigned to it, one after the other."""
        controls = round((100 - share) / share)
        for number in range(candidates):
            good, bad = (0, 1) if number % 10 == 9 else (1, 0)
            others = self.reviews(good * controls, bad * controls, "control", share)
            self.hears(*self.drafts(controls, "control", share), *self.drafts(1, share=share))
            self.hears(*others, *self.reviews(good, bad, share=share))

    def later(self, **time: float) -> None:
        """So much time passes, and the deployer looks at all rollouts."""
        self.at += timedelta(**time)
        decide_all(self.store, lambda: self.at)

    def order(self, verb: str, **body: Any) -> Answer:
        return self.post(f"/rollouts/{self.rollout_id}/{verb}", {"by": "op-1", "reason": "a reason"} | body)

    @property
    def rollout(self) -> Deployment:
        found = table.find(self.store, self.rollout_id)
        assert found, "there is no rollout"
        return found

    @property
    def tally(self) -> Tally:
        return counters.find(self.store, self.rollout_id)

    @property
    def shown(self) -> dict[str, Any]:
        return self.get(f"/rollouts/{self.rollout_id}").body

    def said(self, kind: str = "") -> list[dict[str, Any]]:
        """What was ever announced, oldest first; of one kind where it is named."""
        rows = [row for (_, sk), row in self.store.items.items() if sk == "OUTBOX"]
        told = [(row["detail_type"], json.loads(row["detail"])["data"]) for row in rows]
        return [{"type": name, **data} for name, data in told if kind in ("", name)]

    def types(self) -> list[str]:
        return [event["type"] for event in self.said()]

    def _given(self, customer: str, arm: str, share: int | None) -> dict[str, Any]:
        """The assignment of a customer; at today's share where none is named."""
        return {
            "agent": AGENT, "version": 2 if arm == "candidate" else 1, "arm": arm, "rollout_id": self.rollout_id,
            "share": share or self.rollout.percent or 10, "counts": True, "referral_id": f"r-{customer}",
            "customer_id": customer,
        }


class ParameterStore:
    """Keeps the last value of each parameter; ``meanwhile`` happens once, right before a value is written."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        self.meanwhile: list[Any] = []

    def put_parameter(self, Name: str, Value: str, Type: str, Overwrite: bool) -> None:
        assert (Type, Overwrite) == ("String", True)
        if self.meanwhile:
            self.meanwhile.pop()()
        self.values[Name.rsplit("/", 1)[-1]] = json.loads(Value)
