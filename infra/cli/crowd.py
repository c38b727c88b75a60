"""Made-up customers and the verdicts of made-up reviewers: the same seed gives the same ones; pure."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

REVIEWER = "simulated-reviewer"
REASON = "wrong_tone"  # of a rejection
_JOBS = (("roof repair", "240.00"), ("gutter cleaning", "89.50"), ("window cleaning", "64.00"), ("garden care", "120.00"))
_NAMES = ("Robin", "Alex", "Kim", "Sam")


@dataclass(frozen=True)
class Crowd:
    """Customers of one simulation; ``tag`` stands in their ids, so that none of them was ever in another rollout.

    ``control`` and ``candidate`` are the true rates at which drafts of the two versions are approved.
    """

    tag: str
    seed: int
    control: float
    candidate: float

    def job(self, number: int, completed_at: datetime) -> dict[str, Any]:
        """The one job of a customer, as a CRM would tell it."""
        kind, price = _JOBS[number % len(_JOBS)]
        customer = self.customer(number)
        return {
            "service_id": f"{customer}-job",
            "completed_at": completed_at.isoformat(),
            "customer": {
                "customer_id": customer, "email": f"{customer}@example.com", "name": _NAMES[number % len(_NAMES)],
                "time_zone": "Europe/Berlin", "marketing_consent": True,
            },
            "service": {"type": kind, "price": {"amount": price, "currency": "EUR"}},
            "satisfaction": 5,
        }

    def customer(self, number: int) -> str:
        return f"sim-{self.tag}-{number:05d}"

    def approves(self, customer_id: str, arm: str) -> bool:
        """Whether a reviewer approves what this arm wrote to this customer; a better version never loses a customer."""
        luck = Random(f"{self.seed} {customer_id.rsplit('-', 1)[1]}").random()
        return luck < (self.candidate if arm == "candidate" else self.control)
