"""What reviewers do: they look at a draft, and decide on what they saw."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from services.orchestrator import table
from tests.simulation.asking import insist
from tests.simulation.world import World


def decide(world: World, random: Random, verb: str, **more: Any) -> None:
    seen = _seen(world, random)
    if seen:
        _review(world, seen["referral_id"], verb, seen, more)


def edit(world: World, random: Random) -> None:
    seen = _seen(world, random)
    if seen:
        better = {"subject": f"Thank you {random.randrange(100)}", "body": seen["body"]}
        _review(world, seen["referral_id"], "edit", seen, better)


def approve_stale(world: World, random: Random) -> None:
    """Somebody else changes the draft while it is looked at."""
    seen = _seen(world, random)
    if seen:
        _review(world, seen["referral_id"], "edit", seen, {"subject": "Another subject", "body": seen["body"]})
        _review(world, seen["referral_id"], "approve", seen, {})


def _review(world: World, referral: str, verb: str, seen: dict[str, Any], more: dict[str, Any]) -> None:
    world.history.add(world.clock.seconds, "decided", verb=verb, seen=seen)
    body = {"content_hash": seen["content_hash"], "reviewer": "r-1"} | more
    insist(world, "orchestrator", "POST", f"/drafts/{referral}/{verb}", body)


def _seen(world: World, random: Random) -> dict[str, Any] | None:
    """One of the drafts in review, as a reviewer sees it."""
    waiting = [referral for referral, _ in table.queue(world.tables["orchestrator"], "in_review", "", 100)]
    if not waiting:
        return None
    referral = random.choice(waiting)
    draft = referral.draft
    return {
        "referral_id": referral.referral_id, "content_hash": referral.content_hash, "subject": draft.subject,
        "body": draft.body,
    }


VERBS: dict[str, Callable[..., None]] = {
    "approve": partial(decide, verb="approve"), "reject": partial(decide, verb="reject", reason="wrong_tone"),
    "edit": edit, "approve stale": approve_stale,
}
