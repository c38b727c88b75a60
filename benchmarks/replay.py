"""A replay into an empty service, through its own folds, beside what moto's replay of an archive does with as many events."""

import io
import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from benchmarks.measure import ENVIRONMENT, Figure, interleaved
from benchmarks.synthetic import records
from services.features.reactions import routes
from tests.harness.memory import MemoryStore

_EVENTS, _BATCH, _ROUNDS = 200, 10, 3
_BUS = "referral-bench"


def figures() -> list[Figure]:
    os.environ.update(ENVIRONMENT)
    logging.disable(logging.INFO)
    with redirect_stdout(io.StringIO()):  # where metrics go
        times = interleaved({"ours": _ours, "moto": _motos}, _ROUNDS)
    logging.disable(logging.NOTSET)
    return [
        Figure("replay into an empty service / moto's replay of the same archive", times["moto"] / times["ours"], "x", 10.0, at_least=True),
        Figure("replay into an empty service", _EVENTS / times["ours"], "events/s"),
        Figure("moto's replay of an archive", _EVENTS / times["moto"], "events/s"),
    ]


def _ours() -> float:
    told, store = records(_EVENTS), MemoryStore()
    took = _on_a_core(lambda: [routes.batch(store).run(told[n : n + _BATCH]) for n in range(0, _EVENTS, _BATCH)])
    if sum(key[1] == "COUNTED" for key in store.items) != _EVENTS:
        raise AssertionError("not every job was counted")
    return took


def _on_a_core(work: Callable[[], object]) -> float:
    """Seconds, whatever else the machine does."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _motos() -> float:
    """From the archive by a rule into a queue; nobody reads it."""
    from moto import mock_aws

    with mock_aws():
        events, archive = _archived()
        took = _on_a_core(lambda: events.start_replay(
            ReplayName="again", EventSourceArn=archive, EventStartTime="2026-01-01T00:00:00Z", EventEndTime="2030-01-01T00:00:00Z",
            Destination={"Arn": archive.replace(":archive/jobs", f":event-bus/{_BUS}")},
        ))
    return took


def _archived() -> tuple[Any, str]:
    import botocore.session

    session = botocore.session.get_session()
    events, queues = session.create_client("events"), session.create_client("sqs")
    queue = queues.create_queue(QueueName="jobs")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = events.create_event_bus(Name=_BUS)["EventBusArn"]
    archive = events.create_archive(ArchiveName="jobs", EventSourceArn=bus)["ArchiveArn"]
    events.put_rule(Name="jobs", EventBusName=_BUS, EventPattern=json.dumps({"source": [{"prefix": "upstream."}]}))
    events.put_targets(Rule="jobs", EventBusName=_BUS, Targets=[{"Id": "jobs", "Arn": arn}])
    for record in records(_EVENTS):
        told = json.loads(record["body"])
        entry = {"EventBusName": _BUS, "Source": told["source"], "DetailType": told["detail-type"], "Detail": json.dumps(told["detail"])}
        events.put_events(Entries=[entry])
    return events, archive
