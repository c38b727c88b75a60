"""What an upstream system says in the body of a webhook, and what its contract has against it; pure."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import ValidationError

from services.prep import reasons
from services.prep.quarantine import customer_of
from shared.events import UpstreamFact
from shared.events.prep import Reason
from shared.events.upstream import FACTS, ServiceCompleted

FORM = '{"type": "ServiceCompleted", "timestamp": "2026-11-20T16:30:00Z", "data": {...}}'


class NoFact(Exception):
    """A body says nothing that we can understand; the message tells its sender what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Said:
    """A fact that somebody knows about, whether or not it fulfils its contract; ``detail`` is JSON."""

    contract: type[UpstreamFact]
    data: dict[str, Any]
    detail: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """What a body says; raises NoFact."""
        try:
            said = json.loads(body.decode())
            detail = _text(said["data"]) if isinstance(said, dict) and isinstance(said.get("data"), dict) else ""
        except (ValueError, RecursionError):
            raise NoFact("no_json", f"The body is no JSON in UTF-8: send {FORM}.") from None
        if not detail or not isinstance(said.get("type"), str):
            raise NoFact("no_fact", f"The body has another form: send {FORM}.")
        if said["type"] not in FACTS:
            raise NoFact("unknown_type", f"Nobody knows this type. Known are {', '.join(FACTS)}.")
        return cls(FACTS[said["type"]], said["data"], detail)

    @property
    def kind(self) -> str:
        return self.contract.detail_type()

    def problems(self, now: datetime) -> list[Reason]:
        """Everything that keeps it from having its effect."""
        if self.repairable:
            return reasons.of_detail(self.data, now)
        try:
            self.contract.model_validate(self.data)
        except ValidationError as error:
            return reasons.of_error(error)
        return []

    @property
    def repairable(self) -> bool:
        """Whether a person can mend it in quarantine."""
        return self.contract is ServiceCompleted

    def customer_id(self) -> str | None:
        """Whose fact this is; None where nobody can tell."""
        return customer_of(self.data) if self.repairable else getattr(self._known(), "customer_id", None)

    def story(self) -> str | None:
        """The correlation id under which it will be found; None where it does not say enough."""
        known = self._known()
        return known.metadata().correlation_id if known else None

    def _known(self) -> UpstreamFact | None:
        try:
            return self.contract.model_validate(self.data)
        except ValidationError:
            return None


def _text(data: dict[str, Any]) -> str:
    """As it can travel on: no number that is none, no half characters."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()
    return text
