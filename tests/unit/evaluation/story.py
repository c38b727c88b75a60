"""The evaluation service in a test: its mailboxes and its API over one table, with a model and a bucket beside it."""

import json
import re
from collections.abc import Callable
from threading import Lock
from typing import Any

from services.evaluation.api import app
from services.evaluation.erasure import Erasure
from services.evaluation.reactions import following_routes, running_routes, starting_routes
from services.evaluation.reports import Reports
from services.evaluation.running import Bench
from services.evaluation.terms import Terms
from shared.events.deployer import RolloutRequested
from shared.events.evaluation import CasesDue
from shared.events.orchestrator import ReferralDrafted, ReferralReviewed
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentConfig, AgentRegistered, AliasMoved
from shared.events.upstream import referral_id
from shared.writing.examples import Knowledge
from shared.writing.model import Model
from tests.harness.facts import features, job
from tests.harness.http import Answer, Http
from tests.harness.mails import COMPANY
from tests.harness.outside import Library, answer
from tests.harness.room import Room, record

SUBJECT = "After your roof repair"
GOOD = (
    "Hello Dana,\n\nthank you for trusting us with your roof repair. If a friend needs one too, would you tell them "
    "about us? There is 20 EUR off for your friend and for you: https://example.com/refer\n\nWarm regards,\n"
    "Example Home Services"
)
DULL = GOOD.replace("roof repair", "trust")
INVENTED = GOOD.replace("20 EUR", "50 EUR")
Draft = str | BaseException
Opinion = Callable[[str], bool | None]


def config(version: int = 1, **changes: Any) -> AgentConfig:
    known = {
        "model_id": "local.writer", "system_prompt": f"You are version {version}.",
        "user_prompt": "{{facts}}\n{{notes}}\n{{company}}\nWrite the mail.",
    }
    return AgentConfig.model_validate(known | changes)


def registered(version: int = 1, **changes: Any) -> AgentRegistered:
    return AgentRegistered(
        agent="referral-writer", version=version, config_hash=f"hash-{version}", config=config(version, **changes),
        author="ae-1", message="new",
    )


def moved(to: int = 1, revision: int = 1, alias: str = "production") -> AliasMoved:
    return AliasMoved(
        agent="referral-writer", alias=alias, revision=revision, from_version=None, to_version=to,
        config_hash=f"hash-{to}", cause="by hand",
    )


def requested(candidate: int = 2, baseline: int = 1) -> RolloutRequested:
    return RolloutRequested(
        rollout_id="ro-1", agent="referral-writer", candidate=candidate, candidate_hash=f"hash-{candidate}",
        baseline=baseline, baseline_hash=f"hash-{baseline}",
    )


def prepared(service_id: str, **changes: Any) -> ReferralPrepared:
    known = {
        "referral_id": referral_id(service_id), "service_id": service_id, "customer_id": "c-1", "given_name": "Dana",
        "time_zone": "Europe/Berlin", "features": features().features, "features_version": 1, "missing": {},
        "service": {
            "type": "roof repair", "completed_at": f"2026-11-{1 + int(service_id[2:]) % 28:02}T10:00:00Z",
            "satisfaction": 5, "price": {"amount": "100.00", "currency": "EUR"}, "property": {"type": "house"},
        },
    }
    return ReferralPrepared.model_validate(known | changes)


def drafted(service_id: str, content_hash: str = "h", prompt_hash: str = "p") -> ReferralDrafted:
    return ReferralDrafted(
        referral_id=referral_id(service_id), draft_id="d-1", customer_id="c-1", agent="referral-writer", version=1,
        config_hash="hash-1", prompt_hash=prompt_hash, content_hash=content_hash, features_version=1, input_tokens=1,
        output_tokens=1, latency_ms=1, cost_usd=None,
    )


def reviewed(service_id: str, content_hash: str = "h", decision: str = "approved") -> ReferralReviewed:
    return ReferralReviewed(
        referral_id=referral_id(service_id), draft_id="d-1", customer_id="c-1", agent="referral-writer", version=1,
        content_hash=content_hash, decision=decision, edited=False, reason=None, reviewer="r-1", seconds=3,
    )


class Colleagues:
    """The model behind all versions and the judge: what version n writes, and what the judge thinks of a text.

    An opinion of None is a refusal. ``faults`` are raised first, whatever is asked.
    """

    def __init__(self, drafts: dict[int, Draft], opinion: Opinion) -> None:
        self.drafts, self.opinion = drafts, opinion
        self.faults: list[BaseException] = []
        self.asked: list[dict[str, Any]] = []
        self._lock = Lock()

    def converse(self, **asked: Any) -> dict[str, Any]:
        with self._lock:
            self.asked.append(asked)
            if self.faults:
                raise self.faults.pop(0)
        tool = asked["toolConfig"]["toolChoice"]["tool"]["name"]
        return self._judge(asked) if tool == "judge_drafts" else self._write(asked)

    def _write(self, asked: dict[str, Any]) -> dict[str, Any]:
        named = re.findall(r"version (\d+)", asked["system"][0]["text"]) or ["1"]
        draft = self.drafts[int(named[0])]
        if isinstance(draft, BaseException):
            raise draft
        return _handed("write_referral_email", {"subject": SUBJECT, "body": draft})

    def _judge(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = asked["messages"][0]["content"][0]["text"]
        shown = [json.loads(found)["body"] for found in re.findall(r"<draft_\d>(.*)</draft_\d>", text)]
        thought = [self.opinion(body) for body in shown]
        if None in thought:
            return answer("end_turn", {"text": "I would rather not."})
        opinions = [{"approved": ok, "reason": None if ok else "not_personal"} for ok in thought]
        return _handed("judge_drafts", {"first": opinions[0], "second": opinions[1]})


def _handed(tool: str, filled: dict[str, Any]) -> dict[str, Any]:
    return answer("tool_use", {"toolUse": {"toolUseId": "t-1", "name": tool, "input": filled}})


class Bucket:
    """What was put under which key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": _Stream(self.objects[Key])}


class _Stream:
    def __init__(self, body: bytes) -> None:
        self.read = lambda: body


class House(Http):
    """One evaluation service; what it announces reaches it only when the story wants that."""

    def __init__(
        self, drafts: dict[int, Draft] | None = None, opinion: Opinion = lambda body: "roof repair" in body,
        concurrency: int = 4, cases: int = 200,
    ) -> None:
        self.colleagues = Colleagues(drafts or {1: GOOD, 2: GOOD}, opinion)
        self.bucket, self.pauses = Bucket(), list[float]()
        self.terms = Terms(
            company=COMPANY, judge_model="local.judge", bucket="reports", concurrency=concurrency, cases=cases,
        )
        self.reports = Reports(lambda: self.bucket, lambda: "reports")
        self.library = Library()
        knowledge = Knowledge(lambda: self.library, lambda: "KB00000000")
        bench = Bench(Model(lambda: self.colleagues), lambda: self.terms, self.reports, self.pauses.append, knowledge)
        self.room = Room(following_routes(Erasure(self.reports)), starting_routes(lambda: self.terms), running_routes(bench))
        super().__init__(app, self.room.store)

    def ready(self, cases: int = 3) -> "House":
        """Version 1 is in production, and so many jobs are known."""
        jobs = [event for number in range(cases) for event in (job(f"s-{number}"), prepared(f"s-{number}"))]
        self.room.given(registered(1), moved(1), *jobs)
        return self

    def started(self, cases: int = 3) -> "House":
        self.ready(cases).room.when(registered(2))
        return self

    def evaluated(self, cases: int = 3) -> "House":
        self.started(cases).work()
        return self

    def work(self, receives: int = 1) -> list[str]:
        """Run every slice that was announced; answers which come again."""
        return self.room.deliver(self.due(receives))

    def due(self, receives: int = 1) -> list[dict[str, Any]]:
        """Every slice that was announced, as it is delivered."""
        known = [CasesDue.unwrap(detail) for detail in self.details("CasesDue")]
        return [record(event, metadata=metadata, receives=receives) for event, metadata in known]

    def call(self, *asked: Any, **query: Any) -> Answer:
        self.app.append_context(terms=self.terms, reports=self.reports)
        return super().call(*asked, **query)

    @property
    def only(self) -> dict[str, Any]:
        """The only evaluation as the API tells it."""
        [known] = self.get("/evaluations").body["evaluations"]
        return known

    def details(self, kind: str) -> list[dict[str, Any]]:
        rows = [row for (_, sk), row in self.store.items.items() if sk == "OUTBOX"]
        return [json.loads(row["detail"]) for row in rows if row["detail_type"] == kind]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [detail["data"] for detail in self.details(kind)]
