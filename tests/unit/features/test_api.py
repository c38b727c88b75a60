"""What can be asked of the feature store."""

import pytest

from services.features.api import app
from services.features.reactions import routes
from tests.harness.facts import job, survey
from tests.harness.http import Http, encoded
from tests.harness.room import Room


@pytest.mark.parametrize("customer_id", ["c-1", "tenant/42", "50%", "%2F", "kundin-zoë"])
def test_a_customer_is_found_whatever_characters_the_id_has(customer_id: str) -> None:
    room = Room(routes).given(job("s-1", customer__customer_id=customer_id))
    answer = Http(app, room.store).get(f"/customers/{encoded(customer_id)}/features")
    assert answer.status == 200
    assert (answer.body["customer_id"], answer.body["service_count"]) == (customer_id, 1)


def test_versions_say_what_caused_them_newest_first() -> None:
    room = Room(routes).given(job("s-1", satisfaction=5), survey("s-1", score=2))
    answer = Http(app, room.store).get("/customers/c-1/features/versions")
    assert [(row["version"], row["cause"]) for row in answer.body] == [(2, "survey s-1"), (1, "job s-1")]
    assert [row["satisfaction_avg"] for row in answer.body] == ["2.0000", "5.0000"]


def test_the_address_is_not_shown() -> None:
    room = Room(routes).given(job("s-1"))
    assert "dana@example.com" not in str(Http(app, room.store).get("/customers/c-1/features").body)


def test_a_customer_nobody_worked_for_is_unknown() -> None:
    answer = Http(app).get("/customers/nobody/features")
    assert (answer.status, answer.code) == (404, "not_found")
