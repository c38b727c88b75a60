"""How agents are registered and pointed at in these stories, and what other services say about them."""

import json
from typing import Any

from services.registry.api import app
from services.registry.reactions import routes
from shared.events.deployer import Change, DeploymentRequested
from shared.events.evaluation import EvaluationFinished
from shared.events.registry import AgentConfig, config_hash
from tests.harness import rollouts
from tests.harness.http import Answer, Http
from tests.harness.memory import Contended
from tests.harness.room import Room

AGENT = "referral-writer"


def config(**changes: Any) -> dict[str, Any]:
    """A complete config with what the story changes."""
    whole = {
        "model_id": "some.model-v1",
        "system_prompt": "You write short letters.",
        "user_prompt": "Write with {{facts}}.",
        "inference": {"max_tokens": 500, "temperature": "0.2"},
    }
    return whole | changes


def content(number: int) -> AgentConfig:
    """What version ``number`` of these stories says."""
    return AgentConfig.model_validate(config(system_prompt=f"prompt {number}"))


def register(
    http: Http, content: dict[str, Any] | None = None, *, agent: str = AGENT, author: str = "an engineer",
    message: str = "a try",
) -> Answer:
    body = {"agent": agent, "config": config() if content is None else content, "author": author, "message": message}
    return http.post("/agents", body)


def point(http: Http, version: int, alias: str = "production", **given: Any) -> Answer:
    return http.put(f"/agents/{AGENT}/aliases/{alias}", {"version": version, **given})


def retire(http: Http, version: int, reason: str = "too long") -> Answer:
    return http.post(f"/agents/{AGENT}/versions/{version}/retire", {"reason": reason, "by": "ae-1"})


def announced(http: Http) -> list[dict[str, Any]]:
    rows = [row for key, row in http.store.items.items() if key[1] == "OUTBOX"]
    return [{"type": row["detail_type"], "source": row["source"], **json.loads(row["detail"])} for row in rows]


class Registry(Room):
    """The registry with three versions of one agent, the first of them in production."""

    def __init__(self, versions: int = 3) -> None:
        super().__init__(routes)
        self.store = Contended()
        self.http = Http(app, self.store)
        for number in range(1, versions + 1):
            register(self.http, content(number).model_dump(mode="json"))
        point(self.http, 1)
        self.given()

    @property
    def production(self) -> int:
        return self.http.get(f"/agents/{AGENT}/aliases/production").body["version"]

    def version(self, number: int, part: str = "") -> Any:
        return self.http.get(f"/agents/{AGENT}/versions/{number}{part}").body


def change(kind: type[Change], revision: int, percent: int = 10, **said: Any) -> Any:
    """A rollout of version 2 against version 1 moves on."""
    planned = {"plan": {}, "evaluation_id": None, "latency_objective_ms": 9_000} if "plan" in kind.model_fields else {}
    named = {"candidate_hash": config_hash(content(2)), "baseline_hash": config_hash(content(1)), "reason": "enough evidence"}
    return rollouts.change(kind, revision, percent, **named | planned | said)


def deployment(number: int, **said: Any) -> DeploymentRequested:
    wanted = content(number)
    return DeploymentRequested(**{
        "rollout_id": "ro-1", "agent": AGENT, "config_hash": config_hash(wanted), "config": wanted, "author": "ae-7",
        "message": "shorter subject",
    } | said)


def evaluation(evaluation_id: str = "e-1", candidate: int = 2, **said: Any) -> EvaluationFinished:
    side = {
        "approved": 80, "rejected": 15, "errors": 5, "failed_checks": {"facts": 2}, "latency_ms_p50": 900,
        "latency_ms_p95": 2100, "input_tokens": 40_000, "output_tokens": 9_000, "cost_usd": "0.12",
    }
    comparison = {
        "compared": 150, "both": 100, "only_baseline": 10, "only_candidate": 25, "neither": 15, "inconsistent": 50,
        "difference": 0.1, "interval": (0.02, 0.18), "p_worse": 0.99, "p_better": 0.008, "p_inferior": 0.0001, "margin": 0.1,
        "labelled": 40, "agreed": 36,
    }
    return EvaluationFinished(**{
        "evaluation_id": evaluation_id, "agent": AGENT, "candidate": candidate, "candidate_hash": config_hash(content(candidate)),
        "baseline": 1, "baseline_hash": config_hash(content(1)), "dataset": "d-1", "cases": 200,
        "metrics": {"candidate": side, "baseline": side}, "comparison": comparison, "verdict": "better", "passed": True,
        "reasons": ["better on 150 cases"], "cost_usd": None, "report": "reports/e-1.html",
    } | said)
