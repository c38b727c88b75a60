"""What stays of an event once its customer is erased: enough to count it, nothing of whom it tells; pure."""

from typing import Any

from pydantic import ValidationError

from shared.events import UpstreamFact
from shared.events.upstream import FACTS

ERASED_ADDRESS = "erased@erased.invalid"  # the contract wants one; nothing can be delivered there
_IDS = ("service_id", "customer_id", "historical")  # all that the table keeps of what upstream systems say
_COUNTED = {*_IDS, "completed_at", "satisfaction", "score", "reported_at", "at"}
_OF_A_PERSON = {"given_name": None, "property_features": {}, "property": {}}  # in our own events
_LONGEST_ID = 128


def ids(source: str, detail: Any) -> dict[str, Any]:
    """Which job and whose, as far as an event says that in the place where it belongs."""
    if not isinstance(detail, dict):
        return {}
    part = detail.get("customer") if source.startswith(UpstreamFact.source) else detail.get("data")
    told = (part if isinstance(part, dict) else {}) | detail
    return {name: told[name] for name in _IDS if is_id(told.get(name))}


def is_id(value: Any) -> bool:
    """A fact that breaks its contract may say anything in an id's place, at any length and about anybody."""
    text = isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable() and not set(" @") & set(value)
    return text or isinstance(value, int)


def whose(envelope: dict[str, Any]) -> str:
    """The customer whom an event is about; empty where it does not say."""
    return str(ids(envelope["source"], envelope["detail"]).get("customer_id", ""))


def redacted(envelope: dict[str, Any]) -> dict[str, Any]:
    """The event in its envelope without what identifies a person; redacting it again changes nothing."""
    if envelope["source"].startswith(UpstreamFact.source):
        return envelope | {"detail": _fact(envelope)}
    return envelope | {"detail": without_person(envelope["detail"])}


def without_person(told: Any) -> Any:
    """One of our own events, or a part of one, without given name and without what is known of a property."""
    if not isinstance(told, dict):
        return told
    return {name: _OF_A_PERSON[name] if name in _OF_A_PERSON else without_person(part) for name, part in told.items()}


def _fact(envelope: dict[str, Any]) -> dict[str, Any]:
    """What counts of a fact that keeps its contract; of any other one only ids."""
    detail, contract = envelope["detail"], FACTS.get(envelope["detail-type"])
    try:
        said = contract.model_validate(detail).model_dump(mode="json") if contract else {}
    except ValidationError:
        said = {}
    counted = {name: value for name, value in said.items() if name in _COUNTED and value is not None}
    return {**ids(envelope["source"], detail), **counted, **_parts(said)} if said else ids(envelope["source"], detail)


def _parts(said: dict[str, Any]) -> dict[str, Any]:
    if "service" not in said:
        return {}
    price = said["service"]["price"]
    service = {"type": said["service"]["type"]} | ({"price": price} if price else {})
    return {"customer": {"customer_id": said["customer"]["customer_id"], "email": ERASED_ADDRESS}, "service": service}
