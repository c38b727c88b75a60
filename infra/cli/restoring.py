"""After a restore from a backup: rows that a table lacks, and what the event log says of referrals that it forgot."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from infra.cli.aside import Aside
from infra.cli.retelling import views
from infra.cli.retelling.projection import kind
from infra.cli.say import Problem
from infra.cli.spool import Spool
from shared.store import Item, Key, Refused, Store, Write

_KINDS = {"ReferralPrepared": "prepared", "ReferralDrafted": "drafted", "ReferralReviewed": "reviewed"}
_TOGETHER = 25  # rows, each of which may be large: DynamoDB takes 4 MB in a transaction
_NEVER_BACK = "OUTBOX/OUTBOX"  # a row that is written is said again


def bring_back(kept: Iterable[tuple[Key, Item]], store: Store) -> int:
    """Write what the store lacks, and nothing that would be announced once more; answers how many rows that were."""
    waiting, written = ((key, item) for key, item in kept if kind(key) != _NEVER_BACK), 0
    while some := list(islice(waiting, _TOGETHER)):
        written += _lacking(store, [Write(key, _as_new(item), 0) for key, item in some])
    return written


def forgotten(live: Aside, log: Aside, now: datetime) -> dict[str, Item]:
    """What the log says of referrals of which the table says something else, or whose mail may have left unseen."""
    said = {key: row for key, row in log.written() if kind(key) == "REFERRAL/STATE"}
    stand = live.get(said)
    lost = [(key[0].partition("#")[2], row) for key, row in said.items() if _forgot(stand.get(key), row, now)]
    return dict(sorted(lost, key=lambda one: str(one[1]["said_at"])))


def heard(spool: Spool, wanted: dict[str, Item]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is to be told of each: what was prepared, the last draft, the decision about it, and what became of it."""
    told: dict[str, dict[str, Any]] = {}
    for said in spool.in_order():
        name = _KINDS.get(said["detail-type"])
        if name and said["detail"]["data"]["referral_id"] in wanted:
            of_one = told.setdefault(said["detail"]["data"]["referral_id"], {})
            of_one[name] = said["detail"]["data"]
            if name == "drafted":
                of_one.pop("reviewed", None)
    for referral_id, row in wanted.items():
        if "prepared" in told.get(referral_id, {}):
            ended = {"status": row["status"], "at": row["said_at"], "message_id": row.get("message_id")}
            yield referral_id, told[referral_id] | ended


def _forgot(stands: Item | None, said: Item, now: datetime) -> bool:
    if stands and said["status"] == "approved":
        return stands["status"] != "sending" and not _waits(stands, now)
    return not stands or any(said.get(name) != value for name, value in views.referral(stands).items())


def _waits(stands: Item, now: datetime) -> bool:
    """Approved, and not to leave yet: nobody can have claimed it."""
    until = stands.get("waits_until") if stands["status"] == "approved" else None
    return bool(until) and datetime.fromisoformat(str(until)) > now


def _lacking(store: Store, writes: list[Write]) -> int:
    """In one transaction; where it is refused, without those rows that stand."""
    try:
        store.commit(writes)
    except Refused as refused:
        left = [write for write in writes if write.key not in refused.keys]
        if len(left) == len(writes):
            raise Problem("The table is busy: run it again, what was written stays.") from None
        return _lacking(store, left) if left else 0
    return len(writes)


def _as_new(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "rev"}
