"""Invariants about mails: at most one, only what was approved, and to nobody who wants none."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.writing.content import content_hash
from tests.simulation import told
from tests.simulation.history import Entry
from tests.simulation.world import World


def one_mail_for_a_referral(world: World) -> Iterator[str]:
    """I4: the provider took at most one."""
    taken = Counter(entry.what["referral"] for entry in world.history.of("accepted"))
    yield from (f"{count} mails were sent for {referral}" for referral, count in taken.items() if count > 1)


def only_what_was_approved(world: World) -> Iterator[str]:
    """I5: a person approved exactly these words to exactly this recipient before they left."""
    people = told.customers(world)
    for entry in world.history.of("accepted"):
        referral, mail = entry.what["referral"], entry.what["mail"]
        if mail["Destination"]["ToAddresses"] != [people[referral]["email"]]:
            yield f"the mail of {referral} went to somebody else"
        if not any(_same(mail, seen, people[referral]["customer_id"]) for seen in _approved(world, referral, entry)):
            yield f"nobody approved the mail of {referral}"


def nothing_to_who_wants_none(world: World) -> Iterator[str]:
    """I6: once it is written down that somebody wants no more mail, no mail to that person begins to leave."""
    people, claims, wishes = told.customers(world), _written(world, "SEND"), _written(world, "SUPPRESSED")
    for entry in world.history.of("accepted"):
        referral = entry.what["referral"]
        claimed = max((n for n in claims.get(f"REFERRAL#{referral}", []) if n < entry.number), default=entry.number)
        wished = min(wishes.get(f"CUSTOMER#{people[referral]['customer_id']}", [claimed]))
        if wished < claimed:
            yield f"{referral} was sent although its customer wanted no more mail"


def _approved(world: World, referral: str, before: Entry) -> Iterator[dict[str, Any]]:
    decided = (e.what["seen"] for e in world.history.of("decided", verb="approve") if e.number < before.number)
    return (seen for seen in decided if seen["referral_id"] == referral)


def _same(mail: dict[str, Any], seen: dict[str, Any], customer_id: str) -> bool:
    simple = mail["Content"]["Simple"]
    words = simple["Subject"]["Data"] == seen["subject"] and simple["Body"]["Text"]["Data"].startswith(seen["body"])
    named = content_hash(seen["subject"], seen["body"], seen["referral_id"], customer_id)
    return words and named == seen["content_hash"]


def _written(world: World, sort_key: str) -> dict[str, list[int]]:
    """When rows with this sort key were stored, by their partition."""
    found: dict[str, list[int]] = {}
    for entry, write in world.history.written("orchestrator"):
        if write.key[1] == sort_key and write.item is not None and not write.check:
            found.setdefault(write.key[0], []).append(entry.number)
    return found
