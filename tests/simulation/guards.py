"""The guards of the services as data: how each is taken out, which promise is broken then, and in which history that shows."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple
from unittest.mock import patch

from services.evaluation import history
from services.orchestrator import gates
from services.orchestrator.mailing import Mailing
from services.orchestrator.model import Referral
from shared import events
from shared.writing import crew as text
from tests.simulation.scenario import Action
from tests.simulation.store import SimulatedStore
from tests.simulation.terms import Terms
from tests.simulation.unguarded import Blind, LastWriteWins, LosesClaims, OutboxApart, Variant, of

Change = Callable[[], AbstractContextManager[Any]]


class Guard(NamedTuple):
    """Without ``actions`` and ``terms`` the seed says what happens and what the company asks for.

    ``first`` is a seed from which on it soon shows.
    """

    name: str
    invariant: str
    around: Variant = lambda service, store: store
    change: Change = nullcontext
    actions: Sequence[Action] | None = None
    terms: Terms | None = None
    first: int = 0


def _blind(service: str, sort_key: str) -> Variant:
    def table(store: SimulatedStore) -> Blind:
        return Blind(store, sort_key)

    return of(service, table)


def _without(owner: Any, name: str, instead: Any) -> Change:
    return lambda: patch.object(owner, name, instead)


def _rollout() -> list[Action]:
    orders = (("register", (1,)), ("point", (1,)), ("register", (2,)), ("roll out", (2,)), ("advance", ()))
    return [Action(60.0 * number, "engineer", what, 0, about) for number, (what, about) in enumerate(orders)]


def _jobs(count: int, customers: int = 1_000) -> list[Action]:
    return [Action(400, "upstream", "job", 0, (f"s-{number}", f"c-{number % customers}")) for number in range(count)]


def _approvals(count: int) -> list[Action]:
    return [Action(900, "reviewer", "approve", number) for number in range(count)]


def _then(at: float, who: str, what: str, *about: Any) -> list[Action]:
    return [Action(at, who, what, 0, about)]


_USUAL = [*_rollout(), *_jobs(1)]
_TWO_OF_ONE = [*_rollout(), *_jobs(2, customers=1), *_approvals(2)]
_SIX = [*_rollout(), *_jobs(6), *_approvals(6)]
_NIGHT = Terms(Mailing(quiet_from="08:00", quiet_until="12:00", time_zone="Europe/Berlin"))

GUARDS = (
    Guard("the proof that a job was counted", "I3", _blind("features", "COUNTED"), first=3),
    Guard("the claim before a mail is handed over", "I4", of("orchestrator", LosesClaims)),
    Guard("who wants no more mail", "I6", _blind("orchestrator", "SUPPRESSED"), first=1),
    Guard("events in the transaction of their state", "I1", of("", OutboxApart)),
    Guard("the revision that was read", "I8", of("deployer", LastWriteWins), first=5),
    Guard("the proof of a rollback", "I7", _blind("orchestrator", "ROLLED_BACK"),
          actions=[*_SIX, *_then(900, "engineer", "rollback")], terms=Terms()),
    Guard("a look at status and content before a mail leaves", "I5",
          change=_without(Referral, "may_leave", lambda referral, content: True),
          actions=[*_USUAL, *_then(900, "stranger", "forged approval", "s-0")], terms=Terms()),
    Guard("the hash of what was shown", "I10", change=_without(Referral, "_reviewed", lambda referral, content: referral.draft),
          actions=[*_USUAL, *_then(900, "reviewer", "approve stale")], terms=Terms()),
    Guard("when the last mail to a customer was", "I12", _blind("orchestrator", "ASKED"),
          actions=_TWO_OF_ONE, terms=Terms(Mailing(ask_every_days=30))),
    Guard("the switch that stops all mails", "I12", _blind("orchestrator", "SWITCH"),
          actions=[*_SIX, *_then(899, "operator", "pause")], terms=Terms()),
    Guard("quiet hours", "I12", change=_without(gates, "_NOT_YET", ()), actions=[*_USUAL, *_approvals(1)], terms=_NIGHT),
    Guard("consent, expiry and opt-outs before a claim", "I12", change=_without(gates, "_NEVER", ()), first=15),
    Guard("the number of events that may follow from each other", "I10", change=_without(events, "bounded", lambda hops: None),
          actions=_then(10, "engineer", "shout"), terms=Terms()),
    Guard("what the notes of a job may be at most", "I10", change=_without(text, "MAX_NOTES", 10**6),
          actions=[*_rollout(), *_then(400, "upstream", "huge job", "s-7", "c-0", 990, "kB in", "notes")], terms=Terms()),
    Guard("which decision on the same words is the last one", "I9", change=_without(history, "decided", lambda label: ""),
          actions=[*_USUAL, *_then(900, "stranger", "forged approval", "s-0"), *_then(901, "reviewer", "reject")],
          terms=Terms(), first=65),
)
