"""A replay: how fast, to whom, beside which table; and EventBridge's own, one at a time to the rules of one service."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.cli.archive import Archive
from infra.cli.aside import Aside
from infra.cli.folding import Folding, records
from infra.cli.listeners import Listener, listeners
from infra.cli.recorded import Envelope
from infra.cli.replaying import Pace, Result, replay
from infra.cli.say import Problem
from infra.cli.spool import Spool
from services.features.reactions import routes
from shared.events.prep import PreparationRejected
from shared.events.upstream import ReferralBooked
from shared.store import Write
from tests.harness.facts import features, job
from tests.harness.memory import MemoryStore
from tests.harness.room import Room, record, said
from tests.harness.templates import given, resolve, services, template
from tests.unit.cli.laptop import Laptop

FEATURES = Listener("features", "feature_enricher", routes)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def envelope(event: Any, second: int = 0) -> Envelope:
    return json.loads(record(event)["body"]) | {"time": f"2026-11-20T12:00:{second:02}Z"}


class Events:
    """EventBridge with an archive; its replays go through these states."""

    def __init__(self, *states: str, running: str = "", rules: int = 99) -> None:
        self.states = list(states)
        self.running = running
        self.known = [rule for listener in listeners("features") for rule in listener.rules("local")][:rules]
        self.started: dict[str, Any] = {}

    def list_replays(self) -> dict[str, Any]:
        return {"Replays": [{"ReplayName": "another", "State": self.running or "COMPLETED"}]}

    def describe_archive(self, ArchiveName: str) -> dict[str, str]:
        return {"ArchiveArn": f"archive/{ArchiveName}", "EventSourceArn": f"event-bus/{ArchiveName}"}

    def get_paginator(self, name: str) -> "Events":
        return self

    def paginate(self, EventBusName: str) -> list[dict[str, Any]]:
        return [{"Rules": [{"Name": name, "Arn": f"rule/{name}"} for name in (*self.known, "referral-local-prep-ServiceCompleted")]}]

    def start_replay(self, **told: Any) -> None:
        self.started = told

    def describe_replay(self, ReplayName: str) -> dict[str, Any]:
        return {"State": self.states.pop(0)}


def run(events: Events, told: Any = lambda line: None) -> str:
    archive = Archive(Laptop(clients={"events": events}), sleep=lambda seconds: None)
    archive.refuse_while_one_runs()
    return archive.replay("r-1", listeners("features"), NOON, NOON, told)


def test_a_replay_of_the_archive_reaches_the_rules_of_one_service_and_no_others() -> None:
    events, lines = Events("STARTING", "RUNNING", "COMPLETED"), list[str]()
    assert run(events, lines.append) == "COMPLETED"
    assert events.started["Destination"]["FilterArns"] == [f"rule/{name}" for name in events.known]
    assert events.started["EventSourceArn"] == "archive/referral-local"
    assert len(lines) == 2


@pytest.mark.parametrize("service", services())
def test_every_service_has_its_rules_on_the_bus_that_is_archived(service: str) -> None:
    named = [rule for listener in listeners(service) for rule in listener.rules("local")]
    deployed = template(service).of_type("AWS::Events::Rule").values()
    ours = [resolve(rule["Name"], given()) for rule in deployed if rule["EventBusName"] != "default"]
    assert sorted(named) == sorted(ours)


def test_two_replays_do_not_run_at_once() -> None:
    events = Events("COMPLETED", running="RUNNING")
    with pytest.raises(Problem, match="another is running"):
        run(events)
    assert events.started == {}


def test_a_replay_that_failed_is_no_success() -> None:
    with pytest.raises(Problem, match="FAILED"):
        run(Events("FAILED"))


def test_a_rule_that_is_missing_is_not_passed_over() -> None:
    events = Events("COMPLETED", rules=1)
    with pytest.raises(Problem, match="There is no rule"):
        run(events)
    assert events.started == {}


@pytest.mark.parametrize(("factor", "waits"), [(None, []), (1.0, [5.0]), (10.0, [0.5])])
def test_time_passes_as_it_did_or_so_many_times_as_fast(factor: float | None, waits: list[float]) -> None:
    slept = list[float]()
    facts = [envelope(job("s-1"), 0), envelope(job("s-2"), 0), envelope(job("s-3"), 5)]
    handed = list[int]()

    def hand(listener: Listener, some: list[Envelope]) -> list[Envelope]:
        handed.append(len(some))
        return []

    replay(facts, [FEATURES], hand, Pace(factor, slept.append), lambda result: None)
    assert slept == waits
    assert sum(handed) == 3


def test_what_is_not_taken_is_offered_again_and_counted() -> None:
    offered = list[int]()

    def hand(listener: Listener, some: list[Envelope]) -> list[Envelope]:
        offered.append(len(some))
        return some[:1]

    result: Result = replay([envelope(job("s-1")), envelope(job("s-2"))], [FEATURES], hand, Pace(None), lambda result: None)
    assert offered == [2, 1, 1]
    assert (result.taken["features"], result.failed["features"]) == (1, 1)


def test_a_service_hears_only_what_its_rules_let_in() -> None:
    prep = listeners("prep")[0]
    assert prep.route(envelope(features()))
    assert prep.route(envelope(features(historical=True))) is None
    assert prep.route(envelope(features()) | {"source": "upstream.crm"}) is None
    follow = listeners("orchestrator")[0]
    assert follow.route(envelope(job("s-1"))) and not follow.route(envelope(job("s-1", historical=True)))


def test_who_does_not_exist_is_no_service() -> None:
    with pytest.raises(Problem, match="Choose one of: deployer"):
        listeners("nobody")


def test_beside_a_table_is_seen_what_would_be_and_the_table_stays() -> None:
    below = Room(routes).given(job("s-1")).store
    before, beside = dict(below.items), Aside(below)
    Folding(FEATURES, beside).fold([envelope(job("s-1")), envelope(job("s-2"))])
    assert below.items == before
    counted = [key for key, _ in beside.written() if key[1] == "COUNTED"]
    assert counted == [("JOB#s-2", "COUNTED")]
    assert [row["sk"] for row in beside.query("CUSTOMER#c-1", prefix="V#")] == ["V#000000001", "V#000000002"]


def test_what_was_deleted_beside_a_table_is_gone_there_and_only_there() -> None:
    below, key = MemoryStore(), ("A", "1")
    below.commit([Write(key, {"n": 1}, 0)])
    beside = Aside(below)
    beside.commit([Write(key, None, 1)])
    assert (beside.get([key]), beside.query("A"), list(beside.written())) == ({}, [], [])
    assert key in below.items
    with beside.undone():
        beside.commit([Write(key, {"n": 2}, 0)])
    assert beside.get([key]) == {}


def test_every_event_of_a_replay_says_so_for_that_is_why_effects_are_refused() -> None:
    [one] = records([envelope(features())], "r-1")
    assert json.loads(one["body"])["replay-name"] == "r-1"


def test_an_event_that_names_nobody_belongs_to_whom_its_story_is_about() -> None:
    rejected = PreparationRejected(quarantine_id="q-1", referral_id=None, historical=False, reasons=[])
    heads = [said(rejected, correlation_id=job(name).correlation()) for name in ("s-1", "s-2")]
    about = [json.loads(record(rejected, metadata=head)["body"]) for head in heads]
    jobs = [envelope(job("s-1")), envelope(job("s-2", customer__customer_id="c-2"))]
    spool = Spool().add([*jobs, *(one | {"time": "2026-11-20T12:00:01Z"} for one in about)])
    kept = spool.keep(NOON.replace(year=2020), NOON.replace(year=2030), customer="c-1")
    assert list(kept.in_order()) == [jobs[0], about[0] | {"time": "2026-11-20T12:00:01Z"}]


def test_what_a_function_would_log_does_not_stand_in_the_answer_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    [listener] = [one for one in listeners("orchestrator") if one.routes.mailbox == "orchestrator"]
    unknown = ReferralBooked(referral_code="NOBODYSCOD", booked_at="2026-11-24T09:00:00Z")
    assert Folding(listener, MemoryStore()).fold([envelope(unknown)]) == []
    assert capsys.readouterr().out == ""
