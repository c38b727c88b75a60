"""Rebuilding: another definition beside the one that is live, and nothing that happens meanwhile is lost."""

import json
from decimal import Decimal
from typing import Any

from infra.cli.aside import Aside
from infra.cli.projections import PROJECTIONS
from infra.cli.rebuilding import compare, rebuilt
from infra.cli.spool import Spool
from infra.cli.switching import switch, undo
from services.features import table
from services.features.reactions import learn_from_job, routes
from services.orchestrator.reactions import follow
from services.orchestrator.table import contact_key
from shared.app import Routes
from shared.events.upstream import ServiceCompleted, referral_id
from shared.store import Write
from shared.unit import Unit
from tests.harness.facts import erased, job, survey
from tests.harness.memory import MemoryStore
from tests.harness.room import Room, record

FEATURES = ("features", (routes,))
KNOWN = PROJECTIONS["features"]
SAID = [job("s-1"), job("s-2", satisfaction=2), survey("s-2", score=5)]
LATEST = ("CUSTOMER#c-1", "LATEST")


def spool(*events: Any) -> Spool:
    bodies = [json.loads(record(event)["body"]) for event in events]
    return Spool().add(body | {"time": f"2026-11-20T12:00:{second:02}Z"} for second, body in enumerate(bodies))


def kept(store: MemoryStore) -> Aside:
    return Aside().keep((key, item) for key, item in store.items.items() if KNOWN.mine(key))


def test_the_same_events_are_the_same_table() -> None:
    found = compare(kept(Room(routes).given(*SAID).store), rebuilt(spool(*SAID), *FEATURES), KNOWN)
    assert (found.same, found.differences) == (8, [])


def test_a_number_is_the_same_however_many_zeros_it_has() -> None:
    one, other = (Aside().keep([(LATEST, {"lifetime_value": {"EUR": Decimal(n)}})]) for n in ("100.00", "1E+2"))
    assert compare(one, other, KNOWN).same == 1


def test_another_definition_is_seen_next_to_the_one_that_is_live() -> None:
    second = Routes("features", known=routes.routes)

    @second.fold(ServiceCompleted, inbox=False, reads=table.reads_of_job, broken_kept_by="prep")
    def learn(done: ServiceCompleted, unit: Unit) -> None:
        learn_from_job(done, unit)
        unit.put(LATEST, (unit.item(LATEST) or {}) | {"last_type": done.service.type})

    fresh = rebuilt(spool(*SAID[:2]), "features", (second,))
    found = compare(kept(Room(routes).given(*SAID[:2]).store), fresh, KNOWN)
    assert [(one.key, one.fields) for one in found.differences] == [(LATEST, ["last_type"])]


def test_a_row_that_changed_while_it_was_compared_stays_and_what_was_written_can_be_taken_back() -> None:
    store = Room(routes).given(*SAID[:1], job("s-7", customer__customer_id="c-7")).store
    for customer in ("c-1", "c-7"):
        key = (f"CUSTOMER#{customer}", "LATEST")
        store.commit([Write(key, store.items[key] | {"service_count": 9}, int(store.items[key]["rev"]))])
    damaged = dict(store.items)
    live, fresh = kept(store), rebuilt(spool(SAID[0], job("s-7", customer__customer_id="c-7")), *FEATURES)
    store.commit([Write(LATEST, store.items[LATEST] | {"service_count": 10}, int(store.items[LATEST]["rev"]))])
    done = switch(compare(live, fresh, KNOWN).differences, live, fresh, set(), store)
    assert (done.rows, done.left) == (1, {"CUSTOMER#c-1": "it changed while it was compared"})
    assert [store.items[f"CUSTOMER#{c}", "LATEST"]["service_count"] for c in ("c-1", "c-7")] == [10, 1]

    assert undo([json.dumps(row) for row in done.before], store).rows == 1
    key = ("CUSTOMER#c-7", "LATEST")
    assert store.items[key] | {"rev": 0} == damaged[key] | {"rev": 0}
    assert undo([json.dumps(row) for row in done.before], store).left == {"/".join(key): "it changed since the switch"}


def test_what_was_handled_in_another_order_than_it_came_is_rebuilt_as_it_was_handled() -> None:
    room = Room(routes).given(SAID[1], SAID[0])
    announced = [json.loads(row["detail"]) for key, row in room.store.items.items() if key[1] == "OUTBOX"]
    head = {"source": "referral.features", "detail-type": "FeaturesUpdated", "time": "2026-11-20T12:30:00Z"}
    said = [head | {"detail": one} for one in announced]
    fresh = rebuilt(spool(*SAID[:2]).add(said), *FEATURES)
    assert compare(kept(room.store), fresh, KNOWN).differences == []


def test_what_is_made_once_more_is_listed_under_its_person_and_can_be_forgotten() -> None:
    room, known, contact = Room(follow).given(job("s-1")), PROJECTIONS["orchestrator"], contact_key(referral_id("s-1"))
    for key in [contact, *(key for key in room.store.items if key[1].startswith("HAS#"))]:
        del room.store.items[key]
    live, fresh = Aside().keep(room.store.items.items()), rebuilt(spool(job("s-1")), "orchestrator", known.folds)
    assert switch(compare(live, fresh, known).differences, live, fresh, set(), room.store).rows == 2
    assert contact in room.store.items
    room.when(erased())
    assert contact not in room.store.items
