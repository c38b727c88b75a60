"""Table Preparation: the halves of a referral that wait for each other, and the quarantine."""

from datetime import datetime

from services.prep.model import Join, PreparedJob
from services.prep.quarantine import Case, Status
from shared import persons
from shared.events import Metadata
from shared.events.features import FeaturesUpdated
from shared.events.prep import Reason
from shared.events.upstream import ServiceCompleted, referral_id
from shared.store import Item, Key, Store
from shared.unit import Unit

JOINED, QUARANTINED = "referral", "quarantined"  # what is listed under a person
QUEUE = "queue"  # the index in which cases stand by status, oldest first


def join_key(referral: str) -> Key:
    return f"REFERRAL#{referral}", "JOIN"


def case_key(quarantine_id: str) -> Key:
    return f"QUARANTINE#{quarantine_id}", "CASE"


def content_key(quarantine_id: str) -> Key:
    """What upstream said stands beside its case, so that a list of cases does not carry it."""
    return f"QUARANTINE#{quarantine_id}", "CONTENT"


def reads_of_job(job: ServiceCompleted) -> list[Key]:
    """A job of the past is only looked at."""
    own = [join_key(referral_id(job.service_id)), persons.erased_key(job.customer.customer_id)]
    return [] if job.historical else own


def reads_of_features(known: FeaturesUpdated) -> list[Key]:
    return [persons.erased_key(known.customer_id)]


def reads_of_referral(referral: str) -> list[Key]:
    return [join_key(referral)]


def join(unit: Unit, referral: str) -> Join:
    """What has arrived of a referral; each half is kept as the JSON that it came as, exact to the digit."""
    row = unit.item(join_key(referral)) or {}
    return Join(
        job=PreparedJob.model_validate_json(row["job"]) if "job" in row else None,
        known=FeaturesUpdated.model_validate_json(row["features"]) if "features" in row else None,
    )


def save_join(unit: Unit, referral: str, joined: Join, told: Metadata | None) -> None:
    """Both halves as far as they are there, and the event that told of both; the first one says whose they are."""
    halves = {"job": joined.job, "features": joined.known}
    if not unit.item(join_key(referral)):
        persons.own(unit, joined.customer_id, JOINED, referral)
    row = {name: half.model_dump_json() for name, half in halves.items() if half}
    unit.put(join_key(referral), row | {"event_id": told.event_id if told else None})


def is_known(unit: Unit, case: Case) -> bool:
    return unit.item(case_key(case.quarantine_id)) is not None


def add_case(unit: Unit, case: Case) -> None:
    unit.create(case_key(case.quarantine_id), _row(case))
    if case.content and case.customer_id:
        persons.own(unit, case.customer_id, QUARANTINED, case.quarantine_id)
    if case.content:
        unit.create(content_key(case.quarantine_id), {"content": case.content})


def case(unit: Unit, quarantine_id: str) -> Case | None:
    unit.load([case_key(quarantine_id), content_key(quarantine_id)])
    row = unit.item(case_key(quarantine_id))
    return _case(row | (unit.item(content_key(quarantine_id)) or {})) if row else None


def save_case(unit: Unit, case: Case) -> None:
    """The case as it is now; what upstream said never changes."""
    unit.put(case_key(case.quarantine_id), _row(case))


def find_case(store: Store, quarantine_id: str) -> Case | None:
    keys = case_key(quarantine_id), content_key(quarantine_id)
    found = store.get(keys)
    return _case(found[keys[0]] | found.get(keys[1], {})) if keys[0] in found else None


def cases(store: Store, status: Status, limit: int) -> list[Case]:
    """Those of one status, oldest first, without what upstream said."""
    return [_case(row) for row in store.query(f"QUARANTINE#{status}", index=QUEUE, limit=limit)]


def _row(case: Case) -> Item:
    return {
        "queue_pk": f"QUARANTINE#{case.status}",
        "queue_sk": f"{case.first_seen.isoformat()}#{case.quarantine_id}",
        "quarantine_id": case.quarantine_id,
        "reasons": [reason.model_dump() for reason in case.reasons],
        "first_seen": case.first_seen.isoformat(),
        "referral_id": case.referral_id,
        "customer_id": case.customer_id,
        "historical": case.historical,
        "size": case.size,
        "sha256": case.sha256,
        "status": str(case.status),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "note": case.note,
    }


def _case(row: Item) -> Case:
    closed_at, content = row.get("closed_at"), row.get("content")
    return Case(
        quarantine_id=row["quarantine_id"],
        reasons=tuple(Reason.model_validate(reason) for reason in row["reasons"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        referral_id=row.get("referral_id"),
        customer_id=row.get("customer_id"),
        historical=row["historical"],
        size=int(row["size"]),
        sha256=row["sha256"],
        content=bytes(content) if content else None,
        status=Status(row["status"]),
        closed_at=datetime.fromisoformat(closed_at) if closed_at else None,
        note=row.get("note"),
    )
