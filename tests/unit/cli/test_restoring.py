"""What a table lacks comes back from a backup, and what it forgot of its referrals is found in the event log."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.cli.aside import Aside
from infra.cli.projections import PROJECTIONS
from infra.cli.rebuilding import rebuilt
from infra.cli.restoring import bring_back, forgotten, heard
from infra.cli.say import Problem
from infra.cli.spool import Spool
from shared.events.orchestrator import SOURCE
from shared.store import Item, Key, Refused, Write
from tests.harness.memory import MemoryStore
from tests.harness.room import record
from tests.unit.orchestrator.story import REFERRAL, House, prepared

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STATE: Key = (f"REFERRAL#{REFERRAL}", "STATE")
KINDS = ("ReferralPrepared", "ReferralDrafted", "ReferralReviewed", "ReferralSent")


def log(house: House, *kinds: str) -> Spool:
    """What the house said, as the event log has it."""
    said = [(kind, detail) for kind in kinds for detail in house.details(kind)]
    return Spool().add({"source": SOURCE, "detail-type": kind, "detail": detail} for kind, detail in said)


def found(house: House, stands: Item | None, *kinds: str) -> dict[str, Item]:
    live = Aside().keep([(STATE, stands)] if stands else [])
    fresh = rebuilt(log(house, *kinds), "orchestrator", PROJECTIONS["orchestrator"].folds)
    return forgotten(live, fresh, NOW)


def sent() -> House:
    house = House().approved()
    house.pass_on()
    return house


def test_only_what_the_table_lacks_comes_back_and_nothing_is_said_again() -> None:
    store = MemoryStore()
    bring_back([(("A", "A"), {"told": "live", "rev": 4})], store)
    rows: list[tuple[Key, Item]] = [
        (("A", "A"), {"told": "old"}), (("B", "B"), {"told": "old", "rev": 9}), (("OUTBOX#e", "OUTBOX"), {}),
    ]
    assert (bring_back(rows, store), bring_back(rows, store)) == (1, 0)
    assert {key: row["told"] for key, row in store.items.items()} == {("A", "A"): "live", ("B", "B"): "old"}


@pytest.mark.parametrize(("stands", "forgot"), [
    (None, True), ({"status": "in_review"}, True), ({"status": "approved"}, True),
    ({"status": "sent", "message_id": "m-1"}, False), ({"status": "sent", "message_id": "m-2"}, True),
])
def test_a_mail_that_left_is_forgotten_where_the_table_does_not_say_so(stands: Item | None, forgot: bool) -> None:
    assert bool(found(sent(), stands and stands | {"customer_id": "c-1"}, *KINDS)) == forgot


@pytest.mark.parametrize(("stands", "forgot"), [
    ({"status": "approved"}, True), ({"status": "sending"}, False),
    ({"status": "approved", "waits_until": "2026-11-24T07:00:00Z"}, False),
    ({"status": "approved", "waits_until": "2026-11-22T07:00:00Z"}, True),
])
def test_an_approval_without_an_end_may_have_left_unless_it_was_too_early(stands: dict[str, Any], forgot: bool) -> None:
    assert bool(found(House().approved(), stands | {"customer_id": "c-1"}, *KINDS)) == forgot


@pytest.mark.parametrize(("status", "forgot"), [("in_review", False), ("failed", True)])
def test_a_draft_that_waits_has_no_message_id_anywhere(status: str, forgot: bool) -> None:
    assert bool(found(House().drafted(), {"status": status, "customer_id": "c-1"}, *KINDS)) == forgot


def test_a_table_that_is_busy_says_so_and_what_was_written_stays() -> None:
    class Busy(MemoryStore):
        def commit(self, writes: Sequence[Write]) -> None:
            if self.commits:
                raise Refused([])
            super().commit(writes)

    store = Busy()
    with pytest.raises(Problem, match="run it again"):
        bring_back([((f"REFERRAL#r-{number}", "STATE"), {}) for number in range(30)], store)
    assert len(store.items) == 25


def test_of_each_is_told_the_last_draft_and_the_decision_about_that_one() -> None:
    house = House().approved()
    said = log(house, *KINDS[:3])
    told = json.loads(record(prepared())["body"])
    again = house.details("ReferralDrafted")[0]
    later = {"metadata": again["metadata"] | {"event_id": "e-2"}, "data": again["data"] | {"draft_id": "d-2"}}
    at = "2026-12-01T00:00:00Z"
    said.add([told, {"source": SOURCE, "detail-type": "ReferralDrafted", "detail": later, "time": at}])
    row = {"status": "in_review", "said_at": at, "message_id": None}
    [(referral_id, known)] = heard(said, {REFERRAL: row, "r-unprepared": row})
    assert (referral_id, known["drafted"]["draft_id"], "reviewed" in known) == (REFERRAL, "d-2", False)
    assert (known["prepared"]["given_name"], known["status"], known["at"]) == ("Dana", "in_review", row["said_at"])
