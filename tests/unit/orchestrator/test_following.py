"""The orchestrator follows jobs, opt-outs, agents and aliases, in any order and however often they are told."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator import agents, table
from services.orchestrator.contact import Contact
from services.orchestrator.draft import Author
from services.orchestrator.reactions import drafting, follow, recalling, sending
from shared.events.deployer import Change
from shared.unit import Unit
from tests.harness.facts import job
from tests.harness.rollouts import advanced, completed, held, resumed, rolled_back, started
from tests.harness.room import record
from tests.unit.orchestrator.rollouts import at
from tests.unit.orchestrator.story import REFERRAL, House, moved, opted_out, prepared, registered

ORDERS = list(itertools.permutations([registered(1), registered(2), moved(1, 1), moved(2, 2)]))


def test_a_job_leaves_a_contact() -> None:
    house = House()
    house.room.when(job("s-1"))
    assert house.contact == Contact(
        customer_id="c-1", email="dana@example.com", name="Dana Example", time_zone="Europe/Berlin", consent=True,
        technician="Kim", notes="Replaced twelve tiles.",
    )


def test_a_job_told_twice_keeps_the_first_contact() -> None:
    house = House()
    house.room.when(job("s-1"))
    assert house.room.when(job("s-1", customer__email="other@example.com")) == []
    assert house.contact.email == "dana@example.com"


def test_a_historical_job_leaves_no_contact_even_if_a_replay_ignores_the_rule() -> None:
    house = House()
    assert house.room.when(job("s-1", historical=True)) == []
    assert house.store.items == {}


def test_names_are_one_line_and_notes_are_cut() -> None:
    house = House()
    broken = "Dana\r\nBcc: x@example.com\u200b" + "a" * 300
    house.room.when(job("s-1", customer__name=broken, service__technician="Kim\x00\tLee", service__notes="n" * 300_000))
    assert house.contact.name is not None
    assert house.contact.name.startswith("Dana Bcc: x@example.comaaa")
    assert len(house.contact.name) == 100
    assert house.contact.technician == "Kim Lee"
    assert len(house.contact.notes or "") == 2_000


def test_the_earliest_of_several_opt_outs_stays() -> None:
    early, late = opted_out(at="2026-01-01T10:00:00+02:00"), opted_out(at="2026-01-01T09:00:00Z")
    for order in ((early, late), (late, early)):
        house = House()
        house.room.given(*order)
        [key] = table.suppressions("c-1")
        assert house.store.items[key]["at"] == "2026-01-01T08:00:00.000000+00:00"


@pytest.mark.parametrize("order", ORDERS)
def test_the_newest_move_counts_in_whatever_order_it_arrives(order: tuple[Any, ...]) -> None:
    house = House()
    house.room.given(*order)
    assert serving(house) == 2


def test_a_move_back_to_an_older_version_counts() -> None:
    house = House()
    house.room.given(registered(1), registered(2), moved(1, 1), moved(2, 2), moved(1, 3))
    assert serving(house) == 1


def test_a_version_under_another_hash_than_the_alias_names_is_not_in_production() -> None:
    house = House()
    house.room.given(registered(1), moved(1, config_hash="another"))
    named = Author(agent="referral-writer", version=1, config_hash="another")
    assert agents.config(Unit(house.store, "test"), named) is None


FOLDS: list[Any] = [
    job("s-1"), job("s-2", customer__customer_id="c-2"),
    opted_out("c-2"), opted_out("c-2", "2026-11-22T10:00:00Z", "dana@example.com"),
    registered(1), registered(2), moved(1, 1), moved(2, 2),
    started(), held(), resumed(), advanced(), rolled_back(),
    started(1, rollout_id="ro-2"), completed(2, rollout_id="ro-2"),
]
SAID = [at(minute, event) if isinstance(event, Change) else record(event) for minute, event in enumerate(FOLDS)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(FOLDS) - 1), max_size=12), st.randoms(use_true_random=False), st.integers(1, 10))
def test_any_order_repetition_and_batching_ends_the_same(again: list[int], chance: random.Random, size: int) -> None:
    straight, shuffled = House(), House()
    straight.room.deliver(SAID)
    order = [*range(len(FOLDS)), *again]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        assert shuffled.room.deliver([SAID[index] for index in order[start : start + size]]) == []
    assert told(shuffled) == told(straight)


def test_a_duplicate_of_everything_in_reverse_order_changes_nothing() -> None:
    house = House().approved()
    house.pass_on()
    before = house.state()
    for event in reversed(house.reviews()):
        assert house.room.deliver([event]) == []
    for event in (prepared(), moved(), registered(), job("s-1")):
        assert house.room.when(event) == []
    assert house.state() == before
    assert len(house.ses.accepted) == 1


def test_the_rules_feed_what_the_routes_expect() -> None:
    assert follow.patterns()["ServiceCompleted"]["detail"] == {"historical": [False, None, {"exists": False}]}
    assert set(follow.patterns()) == {
        "ServiceCompleted", "CustomerOptedOut", "CustomerErased", "ReferralBooked", "AgentRegistered", "AliasMoved", "RolloutStarted",
        "RolloutAdvanced", "RolloutHeld", "RolloutResumed", "RolloutCompleted", "RolloutRolledBack", "RolloutRefused",
    }
    assert drafting.mailbox == "orchestrator-drafting"
    assert set(drafting.patterns()) == {"ReferralPrepared", "DraftWithdrawn"}
    assert (recalling.mailbox, set(recalling.patterns())) == ("orchestrator-recall", {"RolloutRolledBack"})
    assert sending.mailbox == "orchestrator-sending"
    assert sending.patterns()["ReferralReviewed"]["detail"] == {"data": {"decision": ["approved"]}}


def serving(house: House) -> int | None:
    """The version in production."""
    found = agents.serving(Unit(house.store, "test"), "referral-writer")
    return found.version if found else None


def told(house: House) -> dict[Any, Any]:
    """What is known, without when it was written and how often it was touched."""
    return {key: {n: v for n, v in item.items() if n != "rev"} for key, item in house.state().items()}


def test_a_contact_is_kept_under_its_referral() -> None:
    house = House()
    house.room.when(job("s-1"))
    assert table.contact_key(REFERRAL) in house.store.items
