"""Everybody who is no service: upstream systems, customers, reviewers, an engineer, a stranger, and the operator."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from services.deployer import table as rollouts
from services.orchestrator import table as referrals
from shared.clock import derived_id
from shared.events.upstream import referral_id
from tests.harness.facts import job_detail
from tests.simulation.mailbox import Message
from tests.simulation.scenario import Action
from tests.simulation.world import World

AGENT = "referral-writer"
CANARY = "Canary"  # in every surname, address, note and name of a technician, so that it can be looked for
_TRIES = 4  # of a person who gets no answer


class People:
    """Does what the scenario says."""

    def __init__(self, world: World) -> None:
        self.world = world

    def do(self, action: Action) -> None:
        verb = f"_{action.what.replace(' ', '_')}"
        getattr(self, verb)(Random(action.draw), *action.about)

    def _job(self, random: Random, service_id: str, customer_id: str) -> None:
        self._tell("ServiceCompleted", self._detail(service_id, customer_id))

    def _broken_job(self, random: Random, service_id: str, customer_id: str) -> None:
        self._tell("ServiceCompleted", self._detail(f"{service_id}-broken", customer_id) | {"satisfaction": 17})

    def _survey(self, random: Random, service_id: str, customer_id: str, score: int) -> None:
        at = self.world.clock.true().isoformat()
        self._tell("SatisfactionReported", {"service_id": service_id, "customer_id": customer_id, "score": score, "reported_at": at})

    def _opt_out(self, random: Random, customer_id: str) -> None:
        self._tell("CustomerOptedOut", {"customer_id": customer_id, "at": self.world.clock.true().isoformat()})

    def _erase(self, random: Random, customer_id: str) -> None:
        said = {"customer_id": customer_id, "email": _address(customer_id), "at": self.world.clock.true().isoformat()}
        self._tell("CustomerErased", said)

    def _approve(self, random: Random) -> None:
        self._decide(random, "approve")

    def _reject(self, random: Random) -> None:
        self._decide(random, "reject", reason="wrong_tone")

    def _edit(self, random: Random) -> None:
        self._decide(random, "edit", subject=f"Thank you {random.randrange(100)}")

    def _approve_stale(self, random: Random) -> None:
        """Somebody else changes the draft while it is looked at."""
        seen = self._seen(random)
        if seen:
            page = seen | {"subject": "Another subject"}
            self._review(seen["referral_id"], "edit", page, page)
            self._review(seen["referral_id"], "approve", seen, {})

    def _register(self, random: Random, version: int) -> None:
        config = {
            "model_id": "local.writer", "system_prompt": f"You write short, honest mails. {version}",
            "user_prompt": "{{facts}}\n{{company}}\nWrite the mail.",
        }
        self._insist("registry", "POST", "/agents", {
            "agent": AGENT, "config": config, "author": "an engineer", "message": "new",
        })

    def _point(self, random: Random, version: int) -> None:
        self._insist("registry", "PUT", f"/agents/{AGENT}/aliases/production", {"version": version})

    def _roll_out(self, random: Random, version: int) -> None:
        plan = {"stages": [{"share": 50, "outcomes": 2, "hours": 0}, {"share": 100, "outcomes": 2, "hours": 0}]}
        asked = {"agent": AGENT, "by": "ae-1", "candidate": version, "reason": "better", "plan": plan}
        self._insist("deployer", "POST", "/rollouts", asked)

    def _advance(self, random: Random) -> None:
        self._order("advance")

    def _hold(self, random: Random) -> None:
        self._order("hold")

    def _resume(self, random: Random) -> None:
        self._order("resume")

    def _rollback(self, random: Random) -> None:
        self._order("rollback")

    def _garbage(self, random: Random) -> None:
        """Something that is no event lands in a mailbox."""
        mailbox = random.choice(self.world.bus.mailboxes)
        mailbox.waiting.append(Message("{ no event", self.world.clock.seconds, poison=True))

    def _forged_approval(self, random: Random, service_id: str) -> None:
        """The event of a decision that nobody took, in the words of the draft that there is."""
        found = referrals.find(self.world.tables["orchestrator"], referral_id(service_id))
        if not found or not found[0].draft or found[0].author is None:
            return
        referral = found[0]
        data = {
            **referral.author.model_dump(mode="json", exclude={"config_hash"}), "referral_id": referral.referral_id,
            "draft_id": referral.draft.draft_id, "customer_id": referral.customer_id, "reviewer": "r-9",
            "content_hash": referral.content_hash, "decision": "approved", "edited": False, "reason": None, "seconds": 1,
        }
        event_id = derived_id("forged", service_id, self.world.clock.seconds)
        metadata = {
            "event_id": event_id, "occurred_at": self.world.clock.true().isoformat(),
            "correlation_id": referral.referral_id, "producer": "a stranger",
        }
        self.world.history.add(self.world.clock.seconds, "forged", event_id=event_id)
        detail = json.dumps({"metadata": metadata, "data": data})
        self.world.bus.take("referral.orchestrator", "ReferralReviewed", detail)

    def _replay(self, random: Random) -> None:
        """All that was ever on the bus comes once more, marked as a replay."""
        self.world.history.add(self.world.clock.seconds, "replayed")
        for entry in list(self.world.history.of("published")):
            self.world.bus.deliver(entry, self.world.bus.mailboxes, **{"replay-name": "replay-1"})

    def _decide(self, random: Random, verb: str, **more: Any) -> None:
        seen = self._seen(random)
        if seen:
            self._review(seen["referral_id"], verb, seen, {**({"body": seen["body"]} if verb == "edit" else {}), **more})

    def _review(self, referral: str, verb: str, seen: dict[str, Any], more: dict[str, Any]) -> None:
        wanted = {name: more[name] for name in ("subject", "body", "reason") if name in more}
        self.world.history.add(self.world.clock.seconds, "decided", verb=verb, seen=seen)
        body = {"content_hash": seen["content_hash"], "reviewer": "r-1"} | wanted
        self._insist("orchestrator", "POST", f"/drafts/{referral}/{verb}", body)

    def _seen(self, random: Random) -> dict[str, Any] | None:
        """One of the drafts in review, as a reviewer sees it."""
        waiting = [referral for referral, _ in referrals.queue(self.world.tables["orchestrator"], "in_review", "", 100)]
        if not waiting:
            return None
        referral = random.choice(waiting)
        draft = referral.draft
        return {
            "referral_id": referral.referral_id, "content_hash": referral.content_hash, "subject": draft.subject,
            "body": draft.body,
        }

    def _order(self, order: str) -> None:
        """To the newest rollout, if there is one."""
        known = rollouts.rollouts(self.world.tables["deployer"], AGENT, "", 1)
        if known:
            said = {"by": "ae-1", "reason": "so it is wanted"}
            self._insist("deployer", "POST", f"/rollouts/{known[0].rollout_id}/{order}", said)

    def _insist(self, service: str, method: str, path: str, body: Any) -> None:
        """Whoever gets no answer asks again."""
        for _ in range(_TRIES):
            answer = self.world.call(service, method, path, body)
            if answer and answer.status < 500:
                return

    def _detail(self, service_id: str, customer_id: str) -> dict[str, Any]:
        """The same job is always told in the same words."""
        done = self.world.clock.true().replace(hour=0, minute=0) - timedelta(days=1, minutes=int(service_id[2:].split("-")[0]))
        return job_detail(
            service_id, completed_at=done.replace(second=0, microsecond=0).isoformat(), customer__customer_id=customer_id,
            customer__email=_address(customer_id), customer__name=f"Dana {CANARY}", service__technician=CANARY,
            service__notes=f"{CANARY} was there.",
        )

    def _tell(self, detail_type: str, detail: dict[str, Any]) -> None:
        self.world.bus.take("upstream.crm", detail_type, json.dumps(detail))


def _address(customer_id: str) -> str:
    return f"{CANARY.lower()}-{customer_id}@example.com"
