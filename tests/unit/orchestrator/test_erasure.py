"""Whoever is erased is forgotten with all mails that were written, gets no other one, and does not come back."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.orchestrator import table
from tests.harness.facts import erased, features, job
from tests.harness.outside import BODY, SUBJECT, refused, written
from tests.harness.room import record, said
from tests.unit.orchestrator.story import REFERRAL, House, moved, opted_out, prepared, registered

PERSON = {
    "customer__email": "canary@example.com", "customer__name": "Canaria Example", "service__notes": "canary notes",
    "service__technician": "Canary", "property": {"street": "Canary Street 1"},
}
JOB = job("s-1", **PERSON)
READY = prepared(
    given_name="Canaria", features=features(property_features={"street": "Canary Street 1"}).features,
    service=prepared().service.model_copy(update={"property": {"street": "Canary Street 1"}}),
)


def drafted() -> House:
    house = House(written(subject="Dear Canaria", body=f"{BODY.replace('Dana', 'Canaria')} Canary."))
    house.room.given(registered(), moved(), JOB, READY)
    return house


def everything(house: House) -> str:
    return str(house.store.items)


def test_a_draft_in_review_is_suppressed_and_nothing_says_who_it_was() -> None:
    house = drafted()
    assert "anar" in everything(house)
    house.room.when(erased())
    assert "anar" not in everything(house)
    assert (house.status, house.referral.reason) == ("suppressed", "erased")
    [told] = house.details("ReferralSuppressed")
    assert (told["data"]["reason"], told["metadata"]["correlation_id"]) == ("erased", REFERRAL)


def test_counts_and_costs_stay() -> None:
    house = drafted()
    before = house.referral
    house.room.when(erased())
    kept = house.referral
    assert (kept.draft.input_tokens, kept.draft.cost_usd) == (before.draft.input_tokens, before.draft.cost_usd)
    assert (kept.author, kept.content_hash) == (before.author, before.content_hash)
    assert kept.prepared.features.service_count == before.prepared.features.service_count


def test_what_was_approved_is_not_sent() -> None:
    house = drafted()
    assert house.approve().status == 200
    house.room.when(erased())
    assert house.pass_on() == []
    assert house.ses.accepted == []
    assert len(house.events("ReferralSuppressed")) == 1


def test_nothing_can_be_done_with_a_draft_whose_customer_is_erased() -> None:
    house = drafted()
    shown = house.referral.content_hash
    house.room.when(erased())
    for verb, more in (("approve", {}), ("edit", {"subject": SUBJECT, "body": BODY}), ("reject", {"reason": "other"})):
        assert house.tell(verb, content_hash=shown, **more).code == "not_in_review"
    assert house.get(f"/drafts/{REFERRAL}").status == 404


def test_whoever_is_erased_by_id_is_known_by_the_hash_of_the_address_under_another_id() -> None:
    house = drafted()
    house.room.when(erased())
    again = prepared("s-2", customer_id="c-2")
    house.room.when(job("s-2", customer__customer_id="c-2", customer__email="Canary@example.com"), again)
    assert house.events("ReferralSuppressed")[-1]["reason"] == "opted_out"


@pytest.mark.parametrize(("fault", "ends"), [(None, "sent"), (refused("MessageRejected", 400), "suppressed")])
def test_a_mail_that_leaves_at_that_very_moment_does_not_bring_its_text_back(fault: Any, ends: str) -> None:
    house = drafted()
    approved = house.referral.content_hash
    house.approve()

    def meanwhile() -> None:
        house.room.when(erased())
        if fault:
            raise fault

    house.ses.before = meanwhile
    assert house.pass_on() == []
    assert (house.status, house.referral.content_hash) == (ends, approved)
    assert "anar" not in everything(house)
    assert [told["content_hash"] for told in house.events("ReferralSent")] == ([] if fault else [approved])


def test_a_mail_that_may_go_later_ends_where_its_customer_was_erased_meanwhile() -> None:
    house = drafted()
    house.approve()

    def meanwhile() -> None:
        house.room.when(erased())
        raise refused("TooManyRequestsException", 429)

    house.ses.before = meanwhile
    assert len(house.pass_on()) == 1
    house.ses.before = lambda: None
    assert house.pass_on() == []
    assert (house.status, len(house.events("ReferralSuppressed")), house.ses.accepted) == ("suppressed", 1, [])


def test_a_draft_that_is_being_written_when_its_customer_is_erased_is_not_kept() -> None:
    house = House(written(subject="Dear Canaria", body=f"{BODY} Canary."))
    house.room.given(registered(), moved(), JOB)
    house.disturbed.meanwhile.append(lambda: house.room.when(erased()))
    assert house.room.when(READY) == []
    assert "anar" not in everything(house)
    assert house.status == "suppressed"


def test_what_is_heard_again_after_the_erasure_brings_nothing_back() -> None:
    house = drafted()
    house.room.when(erased())
    before = house.state()
    for event in (JOB, READY, erased(), opted_out(email="canary@example.com"), job("s-3", **PERSON)):
        assert house.room.when(event) == []
    assert "anar" not in everything(house)
    assert house.state() == before
    assert len(house.events("ReferralSuppressed")) == 1


def test_others_are_not_touched() -> None:
    house = drafted()
    house.room.when(erased("c-2"))
    assert house.status == "in_review"
    assert house.approve().status == 200


def test_it_is_told_how_much_is_kept_of_a_customer() -> None:
    house = drafted()
    assert house.get("/customers/c-1/kept").body == {"customer_id": "c-1", "erased_at": None, "kept": {"referral": 1}}
    house.room.when(erased())
    assert house.get("/customers/c-1/kept").body["kept"] == {}
    assert house.get("/customers/c-1/kept").body["erased_at"].startswith("2026-11-21T10:00")


STORY = [record(event) for event in (registered(), moved(), JOB, erased())]
STORY.append(record(READY, metadata=said(READY, "e-ready", REFERRAL)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(STORY) - 1), max_size=8), st.randoms(use_true_random=False), st.integers(1, 5))
def test_in_any_order_nothing_of_the_person_stays_and_nothing_leaves(
    again: list[int], chance: random.Random, size: int,
) -> None:
    house = House(*[written(subject="Dear Canaria", body=f"{BODY} Canary.") for _ in STORY * 2])
    order = [*range(len(STORY)), *again]
    chance.shuffle(order)
    for start in range(0, len(order), size):
        house.room.deliver([STORY[index] for index in order[start : start + size]])
    assert house.room.deliver([STORY[-1]]) == []
    assert "anar" not in everything(house)
    assert (house.status, house.referral.reason) == ("suppressed", "erased")
    assert [key for key in house.store.items if key == table.contact_key(REFERRAL)] == []
