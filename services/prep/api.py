"""What a person can do about jobs that could not be used."""

import json
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.prep import reasons, table
from services.prep.quarantine import RETRIED_AS, Case, Status, canonical, merged
from shared import persons
from shared.api import Api, Refusal, Unknown
from shared.clock import derived_id
from shared.events.prep import Reason
from shared.events.upstream import ServiceCompleted, referral_id
from shared.unit import Unit

app = Api("prep")
REPAIRED = "upstream.quarantine"  # the source under which a mended fact comes to everybody anew
_MOST = 500


class Correction(BaseModel):
    """How a person mends a fact: a JSON merge patch of its content, or the whole content anew."""

    model_config = ConfigDict(extra="forbid")

    patch: dict[str, Any] | None = None
    detail: dict[str, Any] | None = None


class Discard(BaseModel):
    """Why a person gives a fact up."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


@app.get("/quarantine")
def waiting(status: Status = Status.WAITING, limit: int = 50) -> list[dict[str, Any]]:
    """The cases of one status, oldest first."""
    return [_summary(case) for case in table.cases(app.store(), status, max(1, min(limit, _MOST)))]


@app.get("/quarantine/<quarantine_id>")
def show(quarantine_id: str) -> dict[str, Any]:
    """One case with what upstream said, because who mends it must see it."""
    case = _known(table.find_case(app.store(), quarantine_id), quarantine_id)
    kept = {"detail": case.detail()} if case.content else {"detail": None, "advice": _not_kept(case)}
    return _summary(case) | {"sha256": case.sha256, "note": case.note} | kept


@app.post("/quarantine/<quarantine_id>/retry")
def retry(quarantine_id: str, correction: Correction) -> dict[str, Any]:
    """Send the mended fact to everybody who listens for such facts."""
    work = partial(_retry, quarantine_id=quarantine_id, correction=correction)
    return app.command(work, correlation=quarantine_id)


@app.post("/quarantine/<quarantine_id>/discard")
def discard(quarantine_id: str, given: Discard) -> dict[str, Any]:
    """Give the fact up; it stays on record."""
    work = partial(_close, quarantine_id=quarantine_id, status=Status.DISCARDED, note=given.reason)
    return app.command(work, correlation=quarantine_id)


@app.get("/customers/<customer_id>/kept")
def kept(customer_id: str) -> dict[str, Any]:
    """How many referrals and quarantined jobs still say who this customer is."""
    return persons.kept(app.store(), customer_id)


def _retry(unit: Unit, quarantine_id: str, correction: Correction) -> dict[str, Any]:
    detail = _mended(_open(unit, quarantine_id), correction)
    still = reasons.of_detail(detail, unit.now())
    if still:
        raise _still_broken(still)
    event_id = derived_id(REPAIRED, quarantine_id, canonical(detail))
    unit.publish(event_id, REPAIRED, ServiceCompleted.detail_type(), json.dumps(detail))
    closed = _close(unit, quarantine_id, Status.RETRIED, f"{RETRIED_AS}{event_id}")
    service_id = str(detail["service_id"])
    return closed | {"event_id": event_id, "service_id": service_id, "referral_id": referral_id(service_id)}


def _mended(case: Case, correction: Correction) -> Any:
    if correction.detail is not None and correction.patch is not None:
        raise Refusal("ambiguous", "Give either patch or detail, not both.")
    if correction.detail is not None:
        return correction.detail
    if not case.content:
        raise Refusal("content_not_kept", _not_kept(case))
    return merged(case.detail(), correction.patch) if correction.patch else case.detail()


def _close(unit: Unit, quarantine_id: str, status: Status, note: str) -> dict[str, Any]:
    table.save_case(unit, _open(unit, quarantine_id).closed(status, unit.now(), note))
    return {"quarantine_id": quarantine_id, "status": status}


def _open(unit: Unit, quarantine_id: str) -> Case:
    case = _known(table.case(unit, quarantine_id), quarantine_id)
    if case.status is not Status.WAITING:
        message = f"This was {case.status} at {case.closed_at:%Y-%m-%d %H:%M} UTC; nothing is left to do."
        raise Refusal(f"already_{case.status}", message)
    return case


def _known(case: Case | None, quarantine_id: str) -> Case:
    if not case:
        raise Unknown(f"There is no quarantined job {quarantine_id!r}: `referral quarantine list` shows those there are.")
    return case


def _still_broken(still: list[Reason]) -> Refusal:
    said = "; ".join(f"{reason.field}: {reasons.sentence(reason)}" for reason in still)
    return Refusal("still_broken", f"This would be refused again. {said}", details={"reasons": _explained(still)})


def _not_kept(case: Case) -> str:
    return (
        f"The content of {case.size} bytes was too large to keep (sha256 {case.sha256}). "
        "Take it from the upstream system, shorten it and retry with the whole content as detail."
    )


def _summary(case: Case) -> dict[str, Any]:
    return {
        "quarantine_id": case.quarantine_id, "status": case.status, "first_seen": case.first_seen.isoformat(),
        "referral_id": case.referral_id, "historical": case.historical, "size": case.size,
        "reasons": _explained(case.reasons),
    }


def _explained(found: list[Reason] | tuple[Reason, ...]) -> list[dict[str, str]]:
    return [{"field": reason.field, "code": reason.code, "advice": reasons.sentence(reason)} for reason in found]
