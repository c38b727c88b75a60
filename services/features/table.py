"""Table CustomerFeatures: customers, their versions, and the proof that a job was counted."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from services.features.model import Customer, Score
from shared.events import Metadata
from shared.events.upstream import SatisfactionReported, ServiceCompleted
from shared.store import Item, Key, Store, outbox_key
from shared.unit import Unit

_TIMES = ("first_service_at", "last_service_at")
_STORED_AS = {"email": "customerEmail"}
_ALL = 100_000  # more versions than a customer has


def customer_key(customer_id: str) -> Key:
    return f"CUSTOMER#{customer_id}", "LATEST"


def job_key(service_id: str) -> Key:
    """Stands once a job is counted, for ever."""
    return f"JOB#{service_id}", "COUNTED"


def score_key(service_id: str) -> Key:
    return f"JOB#{service_id}", "SCORE"


def reads_of_job(job: ServiceCompleted) -> list[Key]:
    return [customer_key(job.customer.customer_id), job_key(job.service_id), score_key(job.service_id)]


def reads_of_survey(survey: SatisfactionReported) -> list[Key]:
    return [customer_key(survey.customer_id), job_key(survey.service_id), score_key(survey.service_id)]


def customer(unit: Unit, customer_id: str) -> Customer:
    item = unit.item(customer_key(customer_id))
    return _customer(item) if item else Customer(customer_id)


def save(unit: Unit, learned: Customer, cause: str, told: Metadata) -> None:
    """The customer as it is now, and the version beside all earlier ones, with the event that told of it."""
    replace(unit, learned)
    as_of, known_at = unit.cause.occurred_at.isoformat(), unit.now().isoformat()
    version = {"cause": cause, "as_of": as_of, "known_at": known_at, "event_id": told.event_id}
    unit.create((customer_key(learned.customer_id)[0], f"V#{learned.version:09d}"), _item(learned) | version)


def replace(unit: Unit, customer: Customer) -> None:
    """The customer otherwise, in the version that it has."""
    unit.put(customer_key(customer.customer_id), _item(customer))


def version_keys(store: Store, customer_id: str) -> list[Key]:
    pk = customer_key(customer_id)[0]
    return [(pk, row["sk"]) for row in store.query(pk, prefix="V#", limit=_ALL)]


def forget_version(unit: Unit, key: Key) -> None:
    """What identifies a person goes from a version, and the event that told of it from the outbox."""
    item = unit.item(key)
    if item and not item.get("erased"):
        unit.put(key, item | _item(_customer(item).forgotten()))
        unit.delete(outbox_key(item.get("event_id", "")))


def counted_for(unit: Unit, service_id: str) -> str | None:
    """The customer for whom the job was counted; None where it was not yet."""
    row = unit.item(job_key(service_id))
    return row["customer_id"] if row else None


def count(unit: Unit, job: ServiceCompleted) -> None:
    unit.once(job_key(job.service_id), {"customer_id": job.customer.customer_id, "at": unit.now().isoformat()})


def score(unit: Unit, service_id: str) -> Score | None:
    row = unit.item(score_key(service_id))
    return Score(datetime.fromisoformat(row["at"]), int(row["value"])) if row else None


def save_score(unit: Unit, service_id: str, said: Score) -> None:
    unit.put(score_key(service_id), {"at": said.at.isoformat(), "value": said.value})


def stored(store: Store, customer_id: str) -> Customer:
    """The customer, also where no job was counted yet."""
    key = customer_key(customer_id)
    item = store.get([key]).get(key)
    return _customer(item) if item else Customer(customer_id)


def find(store: Store, customer_id: str) -> Customer | None:
    known = stored(store, customer_id)
    return known if known.version else None


def versions(store: Store, customer_id: str, limit: int) -> Iterator[tuple[Customer, Item]]:
    """Newest first: each version and what is stored beside it (cause, as_of, known_at)."""
    for item in store.query(customer_key(customer_id)[0], prefix="V#", limit=limit, newest_first=True):
        yield _customer(item), item


def _item(learned: Customer) -> Item:
    item = {_STORED_AS.get(name, name): value for name, value in vars(learned).items()}
    times = {name: item[name].isoformat() for name in _TIMES if item[name]}
    return item | times | {"satisfaction_avg": learned.satisfaction_avg}


def _customer(item: Item) -> Customer:
    known: dict[str, Any] = {f.name: item.get(_STORED_AS.get(f.name, f.name), f.default) for f in fields(Customer)}
    counts = {name: int(known[name]) for name in ("version", "service_count", "satisfaction_sum", "satisfaction_count")}
    times = {name: datetime.fromisoformat(known[name]) for name in _TIMES if known[name]}
    return Customer(**known | counts | times)
