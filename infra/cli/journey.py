"""One run: jobs in, drafts out, and what became of them."""

import json
import time
from collections.abc import Callable
from typing import Any

from infra import accounts
from infra.cli import reviewer
from infra.cli.call import Refused, Service
from infra.cli.log import Cursor
from infra.cli.pace import Put, putter
from infra.cli.session import Account
from infra.cli.settle import Ends, Outcomes, Told, Watch
from infra.cli.summary import Summary
from shared import bus, clock
from shared.events.upstream import referral_id

LEARNED = frozenset({"FeaturesUpdated", "PreparationRejected"})
DRAFTED = frozenset({"ReferralDrafted", "DraftFailed", "ReferralSuppressed", "PreparationRejected"})
REVIEWED = frozenset({"ReferralReviewed", "DraftWithdrawn"})
SENT = frozenset({"ReferralSent", "SendFailed", "ReferralSuppressed", "DraftWithdrawn"})
_PAGE = 100
_STEPS = {"learned": "FeaturesUpdated", "prepared": "ReferralPrepared", "drafted": "ReferralDrafted", "sent": "ReferralSent"}


class Journey:
    """Follows the jobs of one run through all services."""

    def __init__(self, account: Account, timeout: float) -> None:
        self.account = account
        self.timeout = timeout
        self.watch = Watch(account, Cursor(clock.now()))
        self.settled = True

    def go(self, bring_in: Callable[["HistoryFirst"], Summary], simulated: bool) -> dict[str, Any]:
        """Bring jobs in, wait until each has come to an end, and with a simulated reviewer until all approved is sent."""
        started = time.monotonic()
        put = HistoryFirst(putter(self.account), lambda past: self._quietly(past, LEARNED))
        imported = bring_in(put)
        self._wait("learning", put.past, LEARNED)
        self._wait("drafting", put.fresh, DRAFTED)
        if simulated:
            self._review()
        busy = max(0.0, self.watch.last_heard - started)
        return self._summary(imported, simulated, busy, time.monotonic() - started)

    def _wait(self, what: str, stories: set[str], ends: Ends) -> None:
        from rich.console import Console

        with Console(stderr=True).status(f"{what} ...") as status:
            self._quietly(stories, ends, lambda outcomes: status.update(f"{what}: {progress(outcomes)}"))

    def _quietly(self, stories: set[str], ends: Ends, told: Told = lambda outcomes: None) -> None:
        self.settled = self.watch.until(stories, ends, self.timeout, told) and self.settled

    def _review(self) -> None:
        """The simulated reviewer decides on every draft of this run, oldest first."""
        api = Service(self.account, "review_api")
        url = accounts.account(self.account.name)["company"]["referral_url"]
        mine = waiting(api, self.watch.outcomes.reached.get("ReferralDrafted", set()))
        approved = {referral_id for referral_id in mine if decide(api, referral_id, url)}
        self._wait("reviewing", set(mine), REVIEWED)
        self._wait("sending", approved, SENT)

    def _summary(self, imported: Summary, simulated: bool, busy: float, seconds: float) -> dict[str, Any]:
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
            "withdrawn": outcomes.count("DraftWithdrawn"),
            "sent": outcomes.count("ReferralSent"),
            "review": "simulated: decided by a program, not by a person" if simulated else "by a person",
            "settled": self.settled,
            "busy_seconds": round(busy, 2),
            "seconds": round(seconds, 2),
        }


class HistoryFirst:
    """Puts jobs, and lets history be learned before the first new job asks for a draft.

    The bus keeps no order: without this pause a draft of a first run would know only a part of its customer.
    ``past`` and ``fresh`` are the stories that the jobs belong to.
    """

    def __init__(self, put: Put, learn: Callable[[set[str]], None]) -> None:
        self.past: set[str] = set()
        self.fresh: set[str] = set()
        self._put = put
        self._learn = learn

    def __call__(self, entries: list[bus.Entry]) -> list[tuple[bus.Entry, str]]:
        past = [entry for entry in entries if historical(entry)]
        fresh = [entry for entry in entries if not historical(entry)]
        self.past |= {story(entry) for entry in past}
        refused = self._put(past)
        if fresh and not self.fresh:
            self._learn(self.past)
        self.fresh |= {story(entry) for entry in fresh}
        return refused + self._put(fresh)


def historical(entry: bus.Entry) -> bool:
    return bool(json.loads(entry["Detail"]).get("historical"))


def story(entry: bus.Entry) -> str:
    return referral_id(json.loads(entry["Detail"])["service_id"])


def waiting(api: Service, mine: set[str]) -> list[str]:
    """The referrals of this run that wait for a reviewer, oldest first."""
    found, after = [], ""
    while True:
        page = api.get("drafts", status="in_review", limit=_PAGE, after=after or None)
        found += [draft["referral_id"] for draft in page["drafts"] if draft["referral_id"] in mine]
        after = page["next"]
        if not after or len(page["drafts"]) < _PAGE:
            return found


def decide(api: Service, referral_id: str, referral_url: str) -> bool:
    """Approve or reject one draft as the simulated reviewer; whether it was approved, and not taken back just now."""
    draft = api.get("drafts", referral_id)
    verdict = reviewer.judge(draft, referral_url)
    said: dict[str, Any] = {"content_hash": draft["content_hash"], "reviewer": reviewer.NAME}
    verb, why = ("approve", {}) if verdict.approved else ("reject", {"reason": verdict.reason})
    try:
        api.post("drafts", referral_id, verb, **why, **said)
    except Refused as refused:
        if refused.code != "version_withdrawn":
            raise
        return False
    return verdict.approved


def progress(outcomes: Outcomes) -> str:
    return ", ".join(f"{outcomes.count(event)} {step}" for step, event in _STEPS.items())
