"""Events that may leave the account: placeholders instead of addresses, names and free text; pure.

The same text is the same placeholder everywhere, so that what could be joined can still be joined; who does not have
the key can't tell what it stood for. What is kept is listed: a field that nobody has thought of becomes a placeholder.
"""

from hashlib import blake2b
from typing import Any

from pydantic import BaseModel, ValidationError

from infra.platform.redaction import redacted, whose
from shared.events import UpstreamFact
from shared.events.upstream import FACTS
from shared.events.values import property_facts

KEPT = frozenset({
    # ids and hashes
    "service_id", "customer_id", "referral_id", "draft_id", "quarantine_id", "evaluation_id", "rollout_id", "message_id",
    "referral_code", "booking_id", "agent", "alias", "config_hash", "prompt_hash", "content_hash", "candidate_hash", "baseline_hash",
    "salt", "dataset", "report", "examples", "cases",
    # moments and amounts
    "completed_at", "reported_at", "booked_at", "claimed_at", "at", "as_of", "first_service_at", "last_service_at",
    "time_zone", "price", "amount", "currency", "lifetime_value", "satisfaction_avg", "cost_usd",
    # codes, and what is said about versions
    "type", "arm", "decision", "verdict", "kind", "code", "examples_missing", "findings", "missing", "reasons",
    "config", "plan", "evidence", "metrics", "comparison",
})
CODES = {  # of our own events: fields that are free text elsewhere
    "FeaturesUpdated": {"cause"}, "DraftFailed": {"reason"}, "SendFailed": {"reason"}, "ReferralReviewed": {"reason"},
    "ReferralSuppressed": {"reason"}, "DraftWithdrawn": {"reason"}, "SendingPaused": {"reason"},
    "CustomerOptedOut": {"reason"},
}
_NAMES = {"name", "given_name"}
PROPERTIES = {"property", "property_features"}
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


class Placeholders:
    """Placeholders under one key; another key gives others."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def instead(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """The event as it may leave; one that breaks its contract is left with nothing but ids."""
        customer, kind = whose(envelope), envelope["detail-type"]
        if envelope["source"].startswith(UpstreamFact.source):
            fact = _fact(envelope)
            return envelope | {"detail": self._of("", customer, fact)} if fact else redacted(envelope)
        metadata, data = (envelope["detail"].get(part) for part in ("metadata", "data"))
        return envelope | {"detail": {"metadata": metadata, "data": self._of(kind, customer, data)}}

    def _of(self, kind: str, customer: str, part: Any, name: str = "") -> Any:
        if name in KEPT or name in CODES.get(kind, ()):
            return part
        if name in _NAMES and part:
            return f"Guest{self._sign('name', customer).translate(_LETTERS)}"
        if name in PROPERTIES and isinstance(part, dict):
            return {fact: self._of(kind, customer, value, "") for fact, value in property_facts(part).items()}
        if isinstance(part, dict):
            return {inside: self._of(kind, customer, value, inside) for inside, value in part.items()}
        if isinstance(part, list):
            return [self._of(kind, customer, value, "") for value in part]
        return self._text(name, part) if isinstance(part, str) else part

    def _text(self, name: str, text: str) -> str:
        if name == "email":
            return f"{self._sign('email', text.strip().casefold())}@redacted.invalid"
        return f"text-{self._sign('text', text)}" if text else text

    def _sign(self, kind: str, text: str) -> str:
        return blake2b(f"{kind}\x1f{text}".encode(errors="surrogatepass"), key=self._key, digest_size=6).hexdigest()


def _fact(envelope: dict[str, Any]) -> dict[str, Any] | None:
    """What the contract knows of a fact; None where it is broken, or nobody knows such a thing."""
    contract = FACTS.get(envelope["detail-type"])
    try:
        return _known(contract.model_validate(envelope["detail"])) if contract else None
    except ValidationError:
        return None


def _known(part: BaseModel) -> dict[str, Any]:
    """A model without the fields that its sender added."""
    told = part.model_dump(mode="json")
    inside = {name: getattr(part, name) for name in type(part).model_fields}
    return {name: _known(value) if isinstance(value, BaseModel) else told[name] for name, value in inside.items()}
