"""What nobody should do, or what an operator has to do: garbage, forged events, replays, a pause."""

import json
from collections.abc import Callable
from random import Random

from services.orchestrator import table
from services.orchestrator.model import Referral
from shared.clock import derived_id
from shared.events.upstream import referral_id
from tests.simulation.asking import insist
from tests.simulation.mailbox import Message
from tests.simulation.world import World


def garbage(world: World, random: Random) -> None:
    """Something that is no event lands in a mailbox."""
    mailbox = random.choice(world.bus.mailboxes)
    mailbox.waiting.append(Message("{ no event", world.clock.seconds, poison=True))


def forged_approval(world: World, random: Random, service_id: str) -> None:
    """The event of a decision that nobody took, in the words of the draft that there is."""
    found = table.find(world.tables["orchestrator"], referral_id(service_id))
    if not found or not found[0].draft or found[0].author is None:
        return
    referral = found[0]
    event_id = derived_id("forged", service_id, world.clock.seconds)
    metadata = {
        "event_id": event_id, "occurred_at": world.clock.true().isoformat(),
        "correlation_id": referral.referral_id, "producer": "a stranger",
    }
    world.history.add(world.clock.seconds, "forged", event_id=event_id)
    detail = json.dumps({"metadata": metadata, "data": _approved(referral)})
    world.bus.take("referral.orchestrator", "ReferralReviewed", detail)


def replay(world: World, random: Random) -> None:
    """All that was ever on the bus comes once more, marked as a replay."""
    world.history.add(world.clock.seconds, "replayed")
    for entry in list(world.history.of("published")):
        world.bus.deliver(entry, world.bus.mailboxes, **{"replay-name": "replay-1"})


def shout(world: World, random: Random) -> None:
    """A service answers its own event."""
    call = f"call {random.random()}"
    world.history.add(world.clock.seconds, "shouted", call=call)
    world.bus.take("upstream.crm", "Shouted", json.dumps({"call": call}))


def trim(world: World, random: Random) -> None:
    """The relay of a service stands still for longer than the stream keeps what it should have read."""
    stream = world.streams[random.choice(list(world.streams))]
    stream.trimmed_until = world.clock.seconds + random.uniform(60, 1200) * world.terms.pace


def tamper(world: World, random: Random) -> None:
    """Somebody corrects a customer's figures by hand, or deletes them."""
    table = world.tables["features"]
    known = [key for key in table.all() if key[1] == "LATEST"]
    if known:
        key = random.choice(known)
        row = table.get([key])[key]
        wrong = {**row, "service_count": row["service_count"] + 1} if random.random() < 0.5 else None
        table.tamper(key, wrong)
        world.history.add(world.clock.seconds, "tampered", key=key, deleted=wrong is None)


def pause(world: World, random: Random) -> None:
    insist(world, "orchestrator", "POST", "/sending/pause", {"by": "op-1"})


def _approved(referral: Referral) -> dict[str, object]:
    return {
        **referral.author.model_dump(mode="json", exclude={"config_hash"}), "referral_id": referral.referral_id,
        "draft_id": referral.draft.draft_id, "customer_id": referral.customer_id, "reviewer": "r-9",
        "content_hash": referral.content_hash, "decision": "approved", "edited": False, "reason": None, "seconds": 1,
    }


VERBS: dict[str, Callable[..., None]] = {
    "garbage": garbage, "forged approval": forged_approval, "replay": replay, "pause": pause, "shout": shout, "trim": trim,
    "tamper": tamper,
}
