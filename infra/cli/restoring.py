"""After a restore from a backup: rows that a table lacks, and what the event log says of referrals that it forgot."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from infra.cli.aside import Aside
from infra.cli.retelling import views
from infra.cli.retelling.projection import kind
from infra.cli.spool import Spool
from shared.store import Item, Key, Refused, Store, Write

_KINDS = {"ReferralPrepared": "prepared", "ReferralDrafted": "drafted", "ReferralReviewed": "reviewed"}
_NEVER_BACK = "OUTBOX/OUTBOX"  # a row that is written is said again


def bring_back(kept: Iterable[tuple[Key, Item]], store: Store) -> int:
    """Write what the store lacks, and nothing that would be announced once more; answers how many rows that were."""
    return sum(_written(store, key, item) for key, item in kept if kind(key) != _NEVER_BACK)


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
            ended = {"status": row["status"], "at": row["said_at"], "message_id": row["message_id"]}
            yield referral_id, told[referral_id] | ended


def _forgot(stands: Item | None, said: Item, now: datetime) -> bool:
    if stands and said["status"] == "approved":
        return stands["status"] != "sending" and not _waits(stands, now)
    return not stands or views.referral(stands) != {name: said[name] for name in views.referral(stands)}


def _waits(stands: Item, now: datetime) -> bool:
    """Approved, and not to leave yet: nobody can have claimed it."""
    until = stands.get("waits_until") if stands["status"] == "approved" else None
    return bool(until) and datetime.fromisoformat(str(until)) > now


def _written(store: Store, key: Key, item: Item) -> bool:
    try:
        store.commit([Write(key, {name: value for name, value in item.items() if name != "rev"}, 0)])
    except Refused:
        return False
    return True
