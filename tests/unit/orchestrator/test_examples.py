"""An approved mail becomes an example without anybody's name, and goes with its customer."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.orchestrator.examples import Bucket, Collection
from services.orchestrator.reactions import keeping_routes
from services.orchestrator.terms import Terms
from shared.events import Event
from shared.events.orchestrator import ReferralReviewed
from shared.events.upstream import CustomerErased
from shared.writing.labels import customer_hash
from tests.harness.facts import job
from tests.harness.outside import BODY, raising, written
from tests.harness.room import Room, record
from tests.unit.orchestrator.story import COMPANY, REFERRAL, House, moved, prepared, registered

FOLDER = f"examples/{customer_hash('c-1')}/"
ERASED = CustomerErased(customer_id="c-1", at="2026-11-21T10:00:00Z")


class S3:
    """A bucket that remembers in which order things came; ``before`` runs before something is put."""

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}
        self.before = lambda: None

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:
        self.before()
        self.objects[Key] = io.BytesIO(Body).read().decode()

    def delete_object(self, Bucket: str, Key: str) -> None:
        del self.objects[Key]

    def get_paginator(self, operation: str) -> "S3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        yield {"Contents": [{"Key": key} for key in list(self.objects) if key.startswith(Prefix)]}
        yield {}


class Keeper:
    """The mailbox for examples beside an orchestrator."""

    def __init__(self, house: House) -> None:
        self.house, self.s3 = house, S3()
        collection = Collection(Bucket(lambda: self.s3, lambda: "examples"), lambda: Terms(company=COMPANY))
        self.room = Room(keeping_routes(collection))
        self.room.store = house.store

    def hear(self, *events: Event) -> list[str]:
        return self.room.deliver([record(event) for event in events])

    def hear_reviews(self) -> "Keeper":
        assert self.room.deliver(self.house.reviews()) == []
        return self

    @property
    def text(self) -> str:
        return self.s3.objects[f"{FOLDER}{REFERRAL}.txt"]

    @property
    def label(self) -> dict[str, Any]:
        return json.loads(self.s3.objects[f"{FOLDER}{REFERRAL}.txt.metadata.json"])["metadataAttributes"]


def keeper(*answers: Any) -> Keeper:
    return Keeper(House(*answers).approved()).hear_reviews()


def test_an_approved_mail_is_kept_with_its_label() -> None:
    kept = keeper()
    assert kept.text.startswith("Subject: A small thank you from Example Home Services\n\nHello [given name],")
    at = kept.label.pop("approved_at")
    assert at == int(kept.house.referral.review.at.timestamp())
    assert kept.label | {"approved_at": 0} == {
        "service_type": "roof repair", "region": "north", "satisfaction_band": "high", "approved_at": 0,
        "referral_id": REFERRAL, "customer": customer_hash("c-1"),
    }


def test_the_label_is_there_before_the_mail() -> None:
    assert [key.endswith(".json") for key in keeper().s3.objects] == [True, False]


def test_no_name_and_no_id_of_the_customer_is_in_what_is_kept() -> None:
    body = BODY.replace("Hello Dana", "Dear Dana").replace("repair", "repair (Kim says hello, DANA)")
    everything = json.dumps(keeper(written(body=body)).s3.objects).replace(REFERRAL, "")
    assert not [name for name in ("Dana", "DANA", "Kim", "c-1", "dana@example.com") if name in everything]
    assert "[technician]" in everything


def test_a_family_name_goes_and_the_companys_own_words_stay() -> None:
    house = House(written(body=BODY.replace("thank you", "thank you and the whole Sample household")))
    house.room.given(registered(), moved(), job("s-1", customer__name="Dana Sample"), prepared())
    assert house.approve().status == 200
    kept = Keeper(house).hear_reviews()
    assert "Sample" not in kept.text
    assert "Example Home Services" in kept.text


def test_what_a_reviewer_made_of_it_is_what_is_kept() -> None:
    house = House().drafted()
    house.tell("edit", content_hash=house.referral.content_hash, subject="Thank you", body=f"{BODY}\n\nAll the best")
    assert house.approve().status == 200
    assert Keeper(house).hear_reviews().text.endswith("All the best")


def test_the_same_review_twice_is_one_example() -> None:
    kept = keeper()
    kept.s3.before = raising(AssertionError("once"))
    assert len(kept.hear_reviews().s3.objects) == 2


@pytest.mark.parametrize("keeper_first", [True, False])
def test_the_sender_and_the_keeper_of_examples_both_hear_a_review(keeper_first: bool) -> None:
    house = House().approved()
    kept = Keeper(house)
    turns = [kept.hear_reviews, house.pass_on]
    for turn in turns if keeper_first else reversed(turns):
        turn()
    assert (len(house.ses.accepted), len(kept.s3.objects)) == (1, 2)


@pytest.mark.parametrize("changes", [{"content_hash": "another"}, {"referral_id": "r-unknown"}])
def test_a_review_that_the_table_does_not_know_keeps_nothing(changes: dict[str, Any]) -> None:
    house = House().approved()
    [said] = [ReferralReviewed.model_validate(data) for data in house.events("ReferralReviewed")]
    kept = Keeper(house)
    assert kept.hear(said.model_copy(update=changes)) == []
    assert kept.s3.objects == {}


def test_nothing_is_kept_before_it_is_approved() -> None:
    house = House().drafted()
    referral = house.referral
    kept = Keeper(house)
    kept.hear(ReferralReviewed(
        referral_id=REFERRAL, draft_id=referral.draft.draft_id, customer_id="c-1", agent="referral-writer", version=1,
        content_hash=referral.content_hash, decision="approved", edited=False, reason=None, reviewer="r-1", seconds=1,
    ))
    assert kept.s3.objects == {}


def test_a_mail_that_names_a_stranger_is_no_example() -> None:
    """Such a draft can't be approved; one that was, before a check knew it, is not shown to other writers."""
    house = House().approved()
    house.store.items[f"REFERRAL#{REFERRAL}", "STATE"]["prepared"]["given_name"] = "Robin"
    assert Keeper(house).hear_reviews().s3.objects == {}


def test_an_erased_customers_examples_go() -> None:
    kept = keeper()
    kept.s3.objects["examples/another/r-9.txt"] = "stays"
    assert len(kept.hear(ERASED)) == 1  # it is not written down yet that nothing more may come
    kept.house.room.when(ERASED)
    assert kept.hear(ERASED) == []
    assert list(kept.s3.objects) == ["examples/another/r-9.txt"]


def test_nothing_is_kept_of_a_customer_who_is_erased() -> None:
    house = House().approved()
    house.room.when(ERASED)
    assert Keeper(house).hear_reviews().s3.objects == {}


def test_an_erasure_wins_against_an_example_that_is_being_kept() -> None:
    house = House().approved()
    kept = Keeper(house)
    house.disturbed.meanwhile.append(lambda: house.room.when(ERASED))
    kept.hear_reviews()
    assert kept.s3.objects == {}
