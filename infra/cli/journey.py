"""One run: jobs in, drafts out, and what became of them."""

import json
import time
from collections.abc import Callable
from typing import Any

from infra import accounts
from infra.cli import reviewer
from infra.cli.call import Service
from infra.cli.log import Cursor
from infra.cli.pace import Put, putter
from infra.cli.session import Account
from infra.cli.settle import Outcomes, Watch
from infra.cli.summary import Summary
from shared import bus, clock

_PAGE = 100
_STEPS = {"learned": "FeaturesUpdated", "prepared": "ReferralPrepared", "drafted": "ReferralDrafted", "sent": "ReferralSent"}


class Journey:
    """Follows the jobs of one run through all services."""

    def __init__(self, account: Account, timeout: float) -> None:
        self.account = account
        self.timeout = timeout
        self.watch = Watch(account, Cursor(clock.now()))
        self.settled = True
        self.busy = 0.0

    def go(self, bring_in: Callable[["HistoryFirst"], Summary], simulated: bool) -> dict[str, Any]:
        """Bring jobs in, wait until nothing moves, and with a simulated reviewer until what it approved is sent."""
        started = time.monotonic()
        put = HistoryFirst(putter(self.account), lambda: self._quiet(started))
        imported = bring_in(put)
        self._wait("drafting", put.waited_until or started)
        if simulated:
            reviewing = time.monotonic()
            self._review()
            self._wait("sending", reviewing)
        return self._summary(imported, simulated, time.monotonic() - started)

    def _wait(self, what: str, since: float) -> None:
        from rich.console import Console

        with Console(stderr=True).status(f"{what} ...") as status:
            self._quiet(since, lambda outcomes: status.update(f"{what}: {progress(outcomes)}"))

    def _quiet(self, since: float, told: Callable[[Outcomes], None] = lambda outcomes: None) -> None:
        self.settled = self.watch.until_quiet(self.timeout, told) and self.settled
        self.busy += max(0.0, self.watch.last_heard - since)

    def _review(self) -> None:
        """The simulated reviewer decides on every draft of this run, oldest first."""
        api = Service(self.account, "review_api")
        mine = self.watch.outcomes.reached.get("ReferralDrafted", set())
        url = accounts.account(self.account.name)["company"]["referral_url"]
        for referral_id in waiting(api, mine):
            decide(api, referral_id, url)

    def _summary(self, imported: Summary, simulated: bool, seconds: float) -> dict[str, Any]:
        """What became of the jobs; counts are of referrals, told by their events."""
        outcomes = self.watch.outcomes
        return {
            "jobs": imported.sent,
            "rows_rejected": imported.rejected,
            "customers": imported.customers,
            "learned": outcomes.count("FeaturesUpdated"),
            "prepared": outcomes.count("ReferralPrepared"),
            "quarantined": outcomes.count("PreparationRejected"),
            "drafted": outcomes.count("ReferralDrafted"),
            "failed": outcomes.count("DraftFailed"),
            "suppressed": outcomes.count("ReferralSuppressed"),
            "approved": outcomes.decided("approved"),
            "rejected": outcomes.decided("rejected"),
            "sent": outcomes.count("ReferralSent"),
            "review": "simulated: decided by a program, not by a person" if simulated else "by a person",
            "settled": self.settled,
            "busy_seconds": round(self.busy, 2),
            "seconds": round(seconds, 2),
        }


class HistoryFirst:
    """Puts jobs, and lets history be learned before the first new job asks for a draft.

    The bus keeps no order: without this pause a draft of a first run would know only a part of its customer.
    """

    def __init__(self, put: Put, learn: Callable[[], None]) -> None:
        self.waited_until = 0.0
        self._put = put
        self._learn = learn
        self._history = 0

    def __call__(self, entries: list[bus.Entry]) -> list[tuple[bus.Entry, str]]:
        if self.waited_until:
            return self._put(entries)
        past = [entry for entry in entries if json.loads(entry["Detail"]).get("historical")]
        fresh = [entry for entry in entries if entry not in past]
        self._history += len(past)
        refused = self._put(past)
        if fresh and self._history:
            self._learn()
            self.waited_until = time.monotonic()
        return refused + self._put(fresh)


def waiting(api: Service, mine: set[str]) -> list[str]:
    """The referrals of this run that wait for a reviewer, oldest first."""
    found, after = [], ""
    while True:
        page = api.get("drafts", status="in_review", limit=_PAGE, after=after or None)
        found += [draft["referral_id"] for draft in page["drafts"] if draft["referral_id"] in mine]
        after = page["next"]
        if not after or len(page["drafts"]) < _PAGE:
            return found


def decide(api: Service, referral_id: str, referral_url: str) -> None:
    draft = api.get("drafts", referral_id)
    verdict = reviewer.judge(draft, referral_url)
    said: dict[str, Any] = {"content_hash": draft["content_hash"], "reviewer": reviewer.NAME}
    if verdict.approved:
        api.post("drafts", referral_id, "approve", **said)
    else:
        api.post("drafts", referral_id, "reject", reason=verdict.reason, **said)


def progress(outcomes: Outcomes) -> str:
    return ", ".join(f"{outcomes.count(event)} {step}" for step, event in _STEPS.items())
