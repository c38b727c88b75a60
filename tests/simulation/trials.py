"""Invariants about rollouts: they go the ways that there are, and once one is rolled back nothing of it leaves."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from services.deployer.deployment import ACTIVE
from tests.simulation.world import World

_WAYS = {
    None: {"waiting", "held", "running", "refused"},
    "waiting": {"waiting", "running", "held", "refused"},
    "running": {"running", "held", "released", "rolled_back"},
    "held": {"running", "held", "released", "rolled_back", "refused"},
    "released": {"rolled_back"}, "rolled_back": set(), "refused": set(),
}


def nothing_of_what_was_rolled_back(world: World) -> Iterator[str]:
    """I7: from the moment at which the orchestrator knows, nothing new is written or claimed; told once."""
    fallen: dict[str, int] = {}
    before: dict[str, dict[str, Any]] = {}
    for entry, write in world.history.written("orchestrator"):
        if write.item is None or write.check:
            continue
        if write.key[1] == "ROLLED_BACK":
            fallen[write.key[0].removeprefix("ROLLOUT#")] = entry.number
        elif write.key[1] == "STATE":
            yield from _after(write.item, before.get(write.key[0], {}), fallen)
            before[write.key[0]] = write.item
    told = Counter(e["data"]["rollout_id"] for e in world.history.published().values() if e["type"] == "RolloutRolledBack")
    yield from (f"{rollout_id} was rolled back {times} times" for rollout_id, times in told.items() if times > 1)
    yield from (f"{one} was not taken back" for one in _left(world, fallen))


def _after(referral: dict[str, Any], before: dict[str, Any], fallen: dict[str, int]) -> Iterator[str]:
    """A claim, or a draft that was not there before, of a rollout that is known to be rolled back."""
    author, status = referral.get("author") or {}, referral["status"]
    of_candidate = author.get("rollout_id") in fallen and author.get("arm") != "control"
    claimed = status == "sending" and before.get("status") != "sending"  # an erasure writes a mail in doubt anew
    if of_candidate and (claimed or (status == "in_review" and _draft(referral) != _draft(before))):
        yield f"{referral['referral_id']} is {status} by a version that was rolled back"


def _draft(referral: dict[str, Any]) -> str:
    return (referral.get("draft") or {}).get("draft_id", "")


def _left(world: World, fallen: dict[str, int]) -> Iterator[str]:
    for key, row in world.tables["orchestrator"].all().items():
        author = row.get("author") or {}
        waits = key[1] == "STATE" and row["status"] in ("in_review", "approved")
        if waits and author.get("rollout_id") in fallen and author.get("arm") != "control":
            yield str(row["referral_id"])


def rollouts_go_their_ways(world: World) -> Iterator[str]:
    """I8: every change is one that there is, the next revision, and an agent has one active rollout."""
    states: dict[str, tuple[str, int]] = {}
    for _, write in world.history.written("deployer"):
        if write.key[1] != "STATE" or write.item is None or write.check:
            continue
        name, after = write.key[0], (write.item["status"], int(write.item["revision"]))
        before, revision = states.get(name, (None, 0))
        if after[0] not in _WAYS[before] or after[1] != revision + 1:
            yield f"{name} went from {before} ({revision}) to {after[0]} ({after[1]})"
        states[name] = after
        if sum(status in ACTIVE for status, _ in states.values()) > 1:
            yield "two rollouts of one agent are active"
