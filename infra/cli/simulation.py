"""A simulated rollout through the deployed services: jobs come in waves, and made-up reviewers decide in parallel."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.cli.call import Refused, Service
from infra.cli.crowd import REASON, REVIEWER, Crowd
from infra.cli.health import Health
from infra.cli.imports import entry
from infra.cli.log import Cursor, EventLog
from infra.cli.orders import deployer
from infra.cli.rollout_reads import ENDED
from infra.cli.say import Problem
from infra.cli.seen import Draft, Seen
from infra.cli.session import Account
from shared import bus, clock
from shared.events.upstream import referral_id

_LOOK_SECONDS = 0.5
_STANDSTILL_SECONDS = 60.0
_MOST_RESUMES = 3
_QUIET_LOOKS = 3
_TO_BE_EMPTY = ("-event-log", "-registry", "-orchestrator-recall", "-orchestrator-drafting")
Rollout = dict[str, Any]
Told = Callable[["Simulation"], None]


@dataclass
class Simulation:
    """One rollout and the customers that come while it lasts."""

    account: Account
    crowd: Crowd
    rollout: Rollout
    customers: int
    wave: int
    reviewers: int
    told: Told
    put: int = 0
    resumed: int = 0
    overtaken: int = 0
    seen: Seen = field(init=False)

    def __post_init__(self) -> None:
        self.seen = Seen(self.rollout["rollout_id"])
        self._log = EventLog(self.account)
        self._cursor = Cursor(datetime.fromisoformat(self.rollout["requested_at"]))
        self._broken: list[Exception] = []
        self._desk = Service(self.account, "review_api")
        self._heard = time.monotonic()

    def run(self) -> None:
        """Until the rollout has ended and its drafts are recalled, or nobody is left to write to."""
        desks = ThreadPoolExecutor(self.reviewers)
        try:
            while self.rollout["status"] not in ENDED and not self._exhausted():
                self._look(desks)
                self._bring_in()
                self._person()
                time.sleep(_LOOK_SECONDS)
        finally:
            desks.shutdown(cancel_futures=True)
        self._settle()

    def _look(self, desks: ThreadPoolExecutor) -> None:
        rows, self._cursor = self._log.events_since(self._cursor)
        for draft in self.seen.learn(rows):
            desks.submit(self._decide, draft)
        self._heard = time.monotonic() if rows else self._heard
        if self._broken:
            raise self._broken[0]
        self.rollout = deployer(self.account).get("rollouts", self.rollout["rollout_id"])
        self.told(self)

    def _bring_in(self) -> None:
        """The next wave, as soon as half of the last one is drafted and most of what is drafted is decided."""
        undecided = len(self.seen.stories) - len(self.seen.decided)
        if self.put >= self.customers or self.seen.in_flight > self.wave // 2 or undecided > 2 * self.wave:
            return
        now = clock.now() - timedelta(hours=1)
        jobs = [self.crowd.job(number, now) for number in range(self.put, min(self.customers, self.put + self.wave))]
        self.seen.stories |= {referral_id(job["service_id"]) for job in jobs}
        entries = [entry(job, self.account.bus) for job in jobs]
        refused = bus.put(entries, client=self.account.upstream_events())
        if refused:
            raise Problem(f"The bus refuses {len(refused)} jobs: {refused[0][1]}.")
        self.put += len(jobs)

    def _decide(self, draft: Draft) -> None:
        """One reviewer, one draft; whoever rolls back meanwhile is quicker."""
        said = {"content_hash": draft.content_hash, "reviewer": REVIEWER}
        try:
            if self.crowd.approves(draft.customer_id, draft.arm):
                self._desk.post("drafts", draft.referral_id, "approve", **said)
            else:
                self._desk.post("drafts", draft.referral_id, "reject", reason=REASON, **said)
        except Refused:
            self.overtaken += 1
        except Exception as broken:
            self._broken.append(broken)

    def _person(self) -> None:
        """Where the deployer asks a person, a simulated one says yes, a few times."""
        if self.rollout["status"] == "held" and self.resumed < _MOST_RESUMES:
            self.resumed += 1
            said = {"by": REVIEWER, "reason": "simulated: nobody is asked"}
            with suppress(Refused):  # it ended meanwhile
                deployer(self.account).post("rollouts", self.rollout["rollout_id"], "resume", **said)

    def _exhausted(self) -> bool:
        """Whether every customer was written to and every draft decided, or nothing has moved for long."""
        done = self.put >= self.customers and not self.seen.stories - self.seen.decided
        patience = _STANDSTILL_SECONDS if not done else 5.0
        return time.monotonic() - self._heard > patience

    def _settle(self) -> None:
        """Wait until the end is heard everywhere, and what was recalled is written anew."""
        deadline, quiet = time.monotonic() + _STANDSTILL_SECONDS, 0
        while quiet < _QUIET_LOOKS and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
            rows, self._cursor = self._log.events_since(self._cursor)
            list(self.seen.learn(rows))
            heard = self.seen.finished or self.rollout["status"] not in ENDED
            moving = self._waiting() or self.seen.withdrawn - self.seen.redrafted
            quiet = quiet + 1 if heard and not moving else 0
            self.told(self)

    def _waiting(self) -> int:
        """Messages in the mailboxes that an end has to go through."""
        queues = Health(self.account).queues()
        return sum(queue["waiting"] + queue["in_flight"] for queue in queues if queue["name"].endswith(_TO_BE_EMPTY))
