"""Without any one of its guards the system breaks a promise, and the simulation sees it."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.orchestrator.model import Referral
from tests.simulation.run import Run
from tests.simulation.scenario import Action
from tests.simulation.unguarded import Blind, LastWriteWins, LosesClaims, OutboxApart, Variant, of

_SEEDS = 60
GUARDS = [
    pytest.param(of("features", lambda table: Blind(table, "COUNTED")), "I3", id="the proof that a job was counted"),
    pytest.param(of("orchestrator", LosesClaims), "I4", id="the claim before a mail is handed over"),
    pytest.param(of("orchestrator", lambda table: Blind(table, "SUPPRESSED")), "I6", id="who wants no more mail"),
    pytest.param(of("", OutboxApart), "I1", id="events in the transaction of their state"),
    pytest.param(of("deployer", LastWriteWins), "I8", id="the revision that was read"),
]


@pytest.mark.parametrize("variant, invariant", GUARDS)
def test_without_this_guard_a_promise_is_broken(variant: Variant, invariant: str) -> None:
    assert _broken(invariant, around=variant)


def test_without_the_proof_of_a_rollback_what_was_approved_leaves_before_it_is_taken_back() -> None:
    blind = of("orchestrator", lambda table: Blind(table, "ROLLED_BACK"))
    assert _broken("I7", [*_rollout(), *_jobs(6), *_approvals(6), Action(900, "engineer", "rollback", 0)], around=blind)


def test_without_a_look_at_status_and_content_a_forged_approval_sends_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "may_leave", lambda referral, content: True)
    assert _broken("I5", [*_rollout(), *_jobs(1), Action(900, "stranger", "forged approval", 0, ("s-0",))])


def test_without_the_hash_of_what_was_shown_an_outdated_approval_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "_reviewed", lambda referral, content: referral.draft)
    assert _broken("I10", [*_rollout(), *_jobs(1), Action(900, "reviewer", "approve stale", 0)])


def _rollout() -> list[Action]:
    orders = (("register", (1,)), ("point", (1,)), ("register", (2,)), ("roll out", (2,)), ("advance", ()))
    return [Action(60.0 * number, "engineer", what, 0, about) for number, (what, about) in enumerate(orders)]


def _jobs(count: int) -> list[Action]:
    return [Action(400, "upstream", "job", 0, (f"s-{number}", f"c-{number}")) for number in range(count)]


def _approvals(count: int) -> list[Action]:
    return [Action(900, "reviewer", "approve", number) for number in range(count)]


def _broken(invariant: str, actions: Sequence[Action] | None = None, **variant: Any) -> bool:
    """Whether some seed finds it."""
    runs = (Run(seed, actions, **variant) for seed in range(_SEEDS))
    return any(found.invariant == invariant for run in runs for found in run.go())
