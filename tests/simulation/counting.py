"""Invariants about facts and counts: nothing is lost, nothing is made up, everything counts once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from services.deployer import counters as of_rollouts
from services.registry import counters as of_versions
from services.registry.performance import Author
from shared.events.upstream import referral_id
from tests.simulation import told
from tests.simulation.engineers import AGENT
from tests.simulation.world import World


def acknowledged_facts_are_final(world: World) -> Iterator[str]:
    """I1: what was taken in is in the final state, and what was decided has been published."""
    published = world.history.published()
    yield from (f"{lost} never left its outbox" for lost in told.outbox(world).keys() - published.keys() - told.taken_out(world))
    counted = {key[0] for key in world.tables["features"].all() if key[1] == "COUNTED"}
    referrals = {key[0] for key in world.tables["orchestrator"].all() if key[1] == "STATE"}
    gone = told.gone(world)
    for name, (_, detail) in told.jobs(world).items():
        if f"JOB#{name}" not in counted:
            yield f"job {name} is not counted"
        erased = detail["customer"]["customer_id"] in gone
        if not erased and f"REFERRAL#{referral_id(name)}" not in referrals:
            yield f"job {name} has no referral"
    yield from _decisions(world, list(published.values()))
    yield from _wishes(world)


def _decisions(world: World, published: list[dict[str, Any]]) -> Iterator[str]:
    reviewed = {(e["data"]["referral_id"], e["data"]["content_hash"]) for e in published if e["type"] == "ReferralReviewed"}
    for entry in world.history.of("answered", service="orchestrator", status=200):
        _, path, body = entry.what["asked"]
        if path.endswith(("/approve", "/reject")) and (path.split("/")[2], body["content_hash"]) not in reviewed:
            yield f"a decision was acknowledged and never published: {path}"


def _wishes(world: World) -> Iterator[str]:
    stored = world.tables["orchestrator"].all()
    for kind in ("CustomerOptedOut", "CustomerErased"):
        for _, detail in told.facts(world, kind):
            if (f"CUSTOMER#{detail['customer_id']}", "SUPPRESSED") not in stored:
                yield f"{detail['customer_id']} wants no more mail, and nobody knows"
    people = told.customers(world)
    for entry in world.history.of("unsubscribed"):
        if (f"CUSTOMER#{people[entry.what['referral']]['customer_id']}", "SUPPRESSED") not in stored:
            yield f"whoever got {entry.what['referral']} wants no more mail, and nobody knows"


def published_events_have_their_state(world: World) -> Iterator[str]:
    """I2: no event without the transaction that it tells of."""
    rows = told.outbox(world)
    forged = {entry.what["event_id"] for entry in world.history.of("forged")}
    for entry in world.history.of("published"):
        if entry.what["source"].startswith("referral."):
            event_id = entry.what["said"]["metadata"]["event_id"]
            if event_id not in forged and rows.get(event_id, entry.number) >= entry.number:
                yield f"{entry.what['type']} {event_id} was on the bus before it was stored"


def counters_equal_a_recount(world: World) -> Iterator[str]:
    """I3: jobs, scores, outcomes of versions and of rollouts are what the events say, each counted once."""
    yield from _features(world)
    yield from _attempted(world)
    published = list(world.history.published().values())
    yield from _versions(world, published)
    yield from _rollouts(world, published)


def _features(world: World) -> Iterator[str]:
    counted = Counter(detail["customer"]["customer_id"] for _, detail in told.jobs(world).values())
    scores = _scores(world)
    stored = world.tables["features"].all()
    for customer, jobs in counted.items():
        row = stored.get((f"CUSTOMER#{customer}", "LATEST"), {})
        kept = row.get("service_count"), row.get("satisfaction_sum")
        if kept != (jobs, scores[customer]):
            yield f"{customer} has {jobs} jobs with scores of {scores[customer]}, stored are {kept[0]} with {kept[1]}"


def _scores(world: World) -> Counter[str]:
    """The sum of the latest scores of each customer."""
    jobs = told.jobs(world)
    latest = {
        name: (detail["completed_at"], detail["satisfaction"], detail["customer"]["customer_id"])
        for name, (_, detail) in jobs.items()
    }
    for _, survey in told.facts(world, "SatisfactionReported"):
        name, said = survey["service_id"], (survey["reported_at"], survey["score"], survey["customer_id"])
        latest[name] = max(latest.get(name, said), said)
    total: Counter[str] = Counter()
    for name, (_, score, customer) in latest.items():
        total[customer] += score if name in jobs else 0
    return total


def _attempted(world: World) -> Iterator[str]:
    """At no moment is more counted than was told, unless somebody wrote into the table."""
    if any(world.history.of("tampered")):
        return
    jobs = sorted((number, detail["customer"]["customer_id"]) for number, detail in told.jobs(world).values())
    for entry, write in world.history.written("features"):
        if write.key[1] == "LATEST" and write.item and not write.check:
            said = sum(f"CUSTOMER#{customer}" == write.key[0] for number, customer in jobs if number < entry.number)
            if write.item["service_count"] > said:
                yield f"{write.item['service_count']} jobs were counted when {said} had been told"


def _versions(world: World, published: list[dict[str, Any]]) -> Iterator[str]:
    """Whatever became of the drafts of a version is counted for it, also where its event does not say which that was."""
    wrote = {e["data"]["draft_id"]: e["data"]["version"] for e in published if e["type"] == "ReferralDrafted"}
    seen = Counter((e["type"], e["data"].get("version") or wrote.get(e["data"].get("draft_id"))) for e in published)
    for version in {version for _, version in seen if version}:
        _, known = of_versions.performance(world.tables["registry"], Author(AGENT, version))
        counted = {
            "ReferralDrafted": known.drafts, "DraftFailed": sum(known.errors.values()), "ReferralSent": known.sent,
            "ReferralReviewed": known.unchanged + known.edited + sum(known.rejections.values()),
            "DraftWithdrawn": known.withdrawn, "ReferralConverted": known.conversions,
        }
        for kind, count in counted.items():
            if count != seen[kind, version]:
                yield f"version {version} has {seen[kind, version]} {kind}, counted are {count}"


def _rollouts(world: World, published: list[dict[str, Any]]) -> Iterator[str]:
    """A customer's first decision in a rollout counts in it."""
    first = {
        (e["data"]["rollout_id"], e["data"]["customer_id"]) for e in published
        if e["type"] == "ReferralReviewed" and e["data"]["counts"] and e["data"]["arm"] != "production"
    }
    for rollout_id, customers in Counter(rollout_id for rollout_id, _ in first).items():
        shares = of_rollouts.find(world.tables["deployer"], rollout_id).get("approval", {}).values()
        counted = sum(sum(cells) for cells in shares)
        if counted != customers:
            yield f"rollout {rollout_id} heard of {customers} customers, counted are {counted}"
