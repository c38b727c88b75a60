"""A warm function: our runtime against a handler written by hand that validates, logs, counts and makes the same one call."""

import io
import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from benchmarks.measure import ENVIRONMENT, Figure, interleaved, seconds
from shared import aws
from shared.app import Routes
from shared.clock import derived_id
from shared.events import Metadata
from shared.events.orchestrator import ReferralSent
from shared.events.registry import AliasMoved
from shared.observe import Observer
from shared.settings import settings
from shared.unit import Unit

_ROUNDS, _EVENTS = 41, 100
routes = Routes("bench")


@routes.fold(AliasMoved)
def follow(moved: AliasMoved, unit: Unit) -> None:
    unit.create((f"ALIAS#{moved.agent}", moved.alias), {"version": moved.to_version, "hash": moved.config_hash})
    unit.announce(sent(moved))


class Calls:
    """Stands in for DynamoDB: takes every transaction."""

    def __init__(self) -> None:
        self.made = 0

    def transact_write_items(self, TransactItems: list[Any]) -> None:
        self.made += 1


def by_hand(event: dict[str, Any], dynamodb: Any) -> dict[str, Any]:
    """What somebody would write for this one event, with the same promises and no runtime."""
    observer, serialize = Observer("bench"), TypeSerializer().serialize
    for record in event["Records"]:
        envelope = json.loads(record["body"])
        if envelope["source"] != AliasMoved.source:
            raise ValueError("foreign source")
        moved = AliasMoved.model_validate(envelope["detail"]["data"])
        cause = Metadata.model_validate(envelope["detail"]["metadata"])
        now = datetime.now(UTC)
        mine = Metadata(
            event_id=derived_id("referral.bench", cause.event_id, "ReferralSent", 1), occurred_at=now,
            correlation_id=cause.correlation_id, causation_id=cause.event_id, producer="referral.bench",
        )
        detail = {"metadata": mine.model_dump(mode="json"), "data": sent(moved).model_dump(mode="json")}
        items = [
            {"pk": f"INBOX#{cause.event_id}", "sk": "INBOX", "at": now.isoformat(), "rev": 1},
            {"pk": f"ALIAS#{moved.agent}", "sk": moved.alias, "version": moved.to_version, "hash": moved.config_hash, "rev": 1},
            {"pk": f"OUTBOX#{mine.event_id}", "sk": "OUTBOX", "source": "referral.orchestrator", "detail_type": "ReferralSent",
             "detail": json.dumps(detail), "expires_at": int(now.timestamp()) + 604_800, "rev": 1},
        ]
        dynamodb.transact_write_items(TransactItems=[
            {"Put": {"TableName": settings().table, "Item": {k: serialize(v) for k, v in item.items()},
                     "ConditionExpression": "attribute_not_exists(pk)"}}
            for item in items
        ])
        observer.count("EventsHandled")
        observer.info("handled", detail_type="AliasMoved", event_id=cause.event_id, correlation_id=cause.correlation_id)
    observer.flush()
    return {"batchItemFailures": []}


def sent(moved: AliasMoved) -> ReferralSent:
    return ReferralSent(
        referral_id="r", draft_id="d", customer_id="c", content_hash=moved.config_hash, message_id=str(moved.revision),
    )


def batch(number: int) -> dict[str, Any]:
    """One record, as a mailbox would deliver it."""
    moved = AliasMoved(
        agent="referral-writer", alias="production", revision=number, from_version=1, to_version=2, config_hash="h" * 32, cause="bench",
    )
    said = Metadata(event_id=f"e-{number}", occurred_at=datetime.now(UTC), correlation_id="agent", producer="referral.registry")
    body = json.dumps({"source": moved.source, "detail-type": "AliasMoved", "detail": json.loads(moved.wrap(said))})
    return {"Records": [{"messageId": f"m-{number}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}


def figures() -> list[Figure]:
    os.environ.update(ENVIRONMENT)
    batches = [batch(number) for number in range(_EVENTS)]
    ours, theirs = Calls(), Calls()
    aws.client = lambda name: ours  # type: ignore[assignment]  # in this process AWS is stubbed

    def over(handle: Callable[[dict[str, Any]], Any]) -> Callable[[], float]:
        def work() -> None:
            for one in batches:
                handle(one)

        return lambda: seconds(work)

    with redirect_stdout(io.StringIO()):  # where the logs go, from the first one on
        times = interleaved({"ours": over(routes.handle), "by hand": over(lambda event: by_hand(event, theirs))}, _ROUNDS)
    if ours.made != theirs.made:
        raise AssertionError(f"{ours.made} calls against {theirs.made}: not the same work")
    return [
        Figure("warm handler per record / written by hand", times["ours"] / times["by hand"], "x", 1.1),
        Figure("warm handler per record", times["ours"] / _EVENTS * 1000, "ms"),
        Figure("AWS calls per record", ours.made / (_ROUNDS * _EVENTS), "calls", 1),
    ]
