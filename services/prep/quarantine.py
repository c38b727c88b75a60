"""What could not be used waits here for a person: one case per content, with everything to mend it; pure."""

import hashlib
import json
import re
import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from shared.clock import derived_id
from shared.events import Metadata
from shared.events.prep import PreparationRejected, Reason
from shared.events.upstream import referral_id

_ID = re.compile(r"[^\s\x00-\x1f\x7f@]{1,128}")  # anything else may be an address, which is no key
MAX_KEPT = 350_000  # bytes of compressed content; an item holds 400 KB


RETRIED_AS = "event "  # how the note of a mended case begins


class Status(StrEnum):
    WAITING = "waiting"
    RETRIED = "retried"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Case:
    """One thing that upstream said and that could not be used."""

    quarantine_id: str
    reasons: tuple[Reason, ...]
    first_seen: datetime
    referral_id: str | None
    customer_id: str | None  # None where nobody can tell from the content
    historical: bool
    size: int  # bytes of the canonical content
    sha256: str
    content: bytes | None  # compressed; None where it is too large to keep
    status: Status = Status.WAITING
    closed_at: datetime | None = None
    note: str | None = None

    @classmethod
    def of(cls, detail: Any, reasons: list[Reason], now: datetime) -> Self:
        """The case of a detail, which may be anything that JSON can say; the same content is always the same case."""
        said = canonical(detail)
        text = said.encode()
        packed = zlib.compress(text)
        return cls(
            quarantine_id="q-" + derived_id("quarantine", said),
            reasons=tuple(reasons),
            first_seen=now,
            referral_id=_referral(detail, reasons),
            customer_id=customer_of(detail),
            historical=isinstance(detail, dict) and detail.get("historical") in (True, "true"),
            size=len(text),
            sha256=hashlib.sha256(text).hexdigest(),
            content=packed if len(packed) <= MAX_KEPT else None,
        )

    def detail(self) -> Any:
        """What upstream said; None where it was too large to keep."""
        return json.loads(zlib.decompress(self.content)) if self.content else None

    def closed(self, status: Status, now: datetime, note: str) -> Self:
        return replace(self, status=status, closed_at=now, note=note)

    def erased(self, now: datetime) -> Self:
        """Without what upstream said and what a person noted; nothing is left to mend."""
        status = Status.DISCARDED if self.status is Status.WAITING else self.status
        return replace(self, content=None, status=status, closed_at=self.closed_at or now, note="customer erased")

    @property
    def retried_as(self) -> str:
        """The event in which a mended fact went out; empty where none did."""
        return (self.note or "").partition(RETRIED_AS)[2] if self.status is Status.RETRIED else ""

    def cause(self) -> Metadata:
        """What is announced because of a fact that can't speak for itself."""
        return Metadata(
            event_id=derived_id("quarantined", self.quarantine_id), occurred_at=self.first_seen,
            correlation_id=self.referral_id or self.quarantine_id, producer="upstream",
        )

    def as_event(self) -> PreparationRejected:
        return PreparationRejected(
            quarantine_id=self.quarantine_id, referral_id=self.referral_id, historical=self.historical,
            reasons=list(self.reasons),
        )


def canonical(detail: Any) -> str:
    """One text for one content, whatever the order of its fields."""
    return json.dumps(detail, sort_keys=True, separators=(",", ":"))


def merged(detail: Any, patch: Any) -> Any:
    """The detail with a JSON merge patch (RFC 7396): objects are merged, null takes a field out, the rest replaces."""
    if not isinstance(patch, dict):
        return patch
    before = detail if isinstance(detail, dict) else {}
    changed = {name: merged(before.get(name), value) for name, value in patch.items() if value is not None}
    return {name: value for name, value in (before | changed).items() if name not in patch or patch[name] is not None}


def customer_of(detail: Any) -> str | None:
    """Whose fact this is, where its place for that says so."""
    person = detail.get("customer") if isinstance(detail, dict) else None
    told = person.get("customer_id") if isinstance(person, dict) else None
    return str(told) if isinstance(told, (str, int)) and _ID.fullmatch(str(told)) else None


def _referral(detail: Any, reasons: list[Reason]) -> str | None:
    if not isinstance(detail, dict) or any(reason.field in ("service_id", "detail") for reason in reasons):
        return None
    return referral_id(str(detail["service_id"]))
