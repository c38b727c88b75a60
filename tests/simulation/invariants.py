"""What must hold of every run; each invariant is a function of what happened and of what is stored at the end."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from shared.events.loops import MAX_HOPS
from tests.simulation import anew, counting, gates, sending, trials
from tests.simulation.customers import CANARY
from tests.simulation.world import World

_UNSETTLED = ("approved", "sending", "withdrawn")  # every other status is an end, or waits for a person
Invariant = Callable[[World], Iterator[str]]


class Violation(NamedTuple):
    invariant: str
    said: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.said}"


def referrals_come_to_an_end(world: World) -> Iterator[str]:
    """I10: once faults are over every referral ends or waits for a person."""
    for key, row in world.tables["orchestrator"].all().items():
        if key[1] == "STATE" and row["status"] in _UNSETTLED:
            yield f"{row['referral_id']} is still {row['status']}"


def loops_are_cut(world: World) -> Iterator[str]:
    """I10: a service that answers its own event does so a bounded number of times."""
    calls = Counter(event["data"]["call"] for event in world.history.published().values() if event["type"] == "Echoed")
    yield from (f"{call} came back {count} times" for call, count in calls.items() if count > MAX_HOPS + 1)


def nobody_is_named(world: World) -> Iterator[str]:
    """I11: no surname, address, note or technician is in our own events, in logs or in what is parked or pointed at."""
    own = [entry.what["detail"] for entry in world.history.of("published") if not entry.what["source"].startswith("upstream.")]
    outside = world.outside
    places = {"an event": own, "a log": map(str, world.logs), "what is parked": [json.dumps(outside.undeliverable)]}
    for place, texts in places.items():
        if any(CANARY.lower() in text.lower() for text in texts):
            yield f"{place} names somebody"


INVARIANTS: dict[str, Invariant] = {
    "I1": counting.acknowledged_facts_are_final,
    "I2": counting.published_events_have_their_state,
    "I3": counting.counters_equal_a_recount,
    "I4": sending.one_mail_for_a_referral,
    "I5": sending.only_what_was_approved,
    "I6": sending.nothing_to_who_wants_none,
    "I7": trials.nothing_of_what_was_rolled_back,
    "I8": trials.rollouts_go_their_ways,
    "I9": anew.any_order_gives_the_same,
    "I10": lambda world: chain(referrals_come_to_an_end(world), loops_are_cut(world)),
    "I11": nobody_is_named,
    "I12": gates.every_gate_was_open,
}


def check(world: World, left: list[str]) -> list[Violation]:
    """Every violation; ``left`` is what still waits although nothing goes wrong any more."""
    found = [Violation(name, said) for name, invariant in INVARIANTS.items() for said in invariant(world)]
    return found + [Violation("I10", one) for one in left]
