"""What the company asks of its mails in a run, and who its customers are; drawn from the seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from services.orchestrator.limits import Limits
from services.orchestrator.mailing import Mailing

_QUIET: tuple[dict[str, Any], ...] = (
    {"quiet_from": "20:00", "quiet_until": "10:30"},  # over the first half hour of a run in Berlin, the whole of it in New York
    {"quiet_from": "10:15", "quiet_until": "10:45"},
    {"quiet_weekends": True},
)
_ZONES = ("Europe/Berlin", "Europe/Berlin", "America/New_York", "Mars/Olympus_Mons", None)
_CONSENTS = (True, True, True, True, None, False)
_LONG = 72  # of a run over days instead of an hour


@dataclass(frozen=True)
class Terms:
    """``pace`` is by how much a run is longer than an hour; without ``whose`` every customer is in Berlin and agrees."""

    mailing: Mailing = Mailing()
    limits: Limits = field(default_factory=Limits)
    require_consent: bool = False
    pace: int = 1
    whose: str = ""

    @classmethod
    def drawn(cls, seed: int) -> "Terms":
        """Half of the runs ask for nothing, so that much is sent in them."""
        random = Random(f"terms {seed}")
        if random.random() < 0.5:
            return cls()
        asked = random.choice(_QUIET) if random.random() < 0.4 else {}
        asked = asked | {"ask_every_days": random.choice((0, 0, 30)), "draft_days": random.choice((1, 2, 14))}
        limits = Limits(bounces_per_mille=300, bounces_of=2) if random.random() < 0.4 else Limits()
        pace = random.choice((1, _LONG))
        return cls(Mailing.model_validate(asked), limits, random.random() < 0.3, pace, f"customers {seed}")

    def environment(self) -> Mapping[str, str]:
        """As the template of the orchestrator says it."""
        return {
            "MAILING": self.mailing.model_dump_json(), "LIMITS": self.limits.model_dump_json(),
            "REQUIRE_CONSENT": str(self.require_consent).lower(),
        }

    def customer(self, customer_id: str) -> dict[str, Any]:
        """Where a customer lives, and whether mails are welcome; always the same."""
        random = Random(f"{self.whose} {customer_id}")
        zone, consent = random.choice(_ZONES), random.choice(_CONSENTS)
        return {"time_zone": zone, "marketing_consent": consent} if self.whose else {}
