"""Without any one of its guards the system breaks a promise, and the simulation sees it."""

from typing import Any

import pytest

from services.orchestrator.model import Referral
from tests.simulation.run import Run
from tests.simulation.unguarded import Blind, LastWriteWins, LosesClaims, OutboxApart, Variant, of

_SEEDS = 60
GUARDS = [
    pytest.param(of("features", lambda table: Blind(table, "COUNTED")), "I3", id="the proof that a job was counted"),
    pytest.param(of("orchestrator", LosesClaims), "I4", id="the claim before a mail is handed over"),
    pytest.param(of("orchestrator", lambda table: Blind(table, "SUPPRESSED")), "I6", id="who wants no more mail"),
    pytest.param(of("", OutboxApart), "I1", id="events in the transaction of their state"),
    pytest.param(of("", LastWriteWins), "I3", id="the revision that was read"),
]


@pytest.mark.parametrize("variant, invariant", GUARDS)
def test_without_this_guard_a_promise_is_broken(variant: Variant, invariant: str) -> None:
    assert _broken(invariant, around=variant)


def test_without_a_look_at_status_and_content_a_forged_approval_sends_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "may_leave", lambda referral, content: True)
    assert _broken("I5")


def test_without_the_hash_of_what_was_shown_an_outdated_approval_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Referral, "_reviewed", lambda referral, content: referral.draft)
    assert _broken("I10")


def _broken(invariant: str, **variant: Any) -> bool:
    """Whether some seed finds it."""
    return any(found.invariant == invariant for seed in range(_SEEDS) for found in Run(seed, **variant).go())
