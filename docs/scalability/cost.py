"""What a month costs: models, the rest of AWS, and people; pure.

Every record is taken to be a run of its own, which is the dearest case: in batches runs and calls become fewer.
"""

from dataclasses import dataclass

from docs.scalability.demand import Demand
from docs.scalability.inputs import Inputs
from docs.scalability.steps import BATCHED, GLOBAL, JUDGED
from shared.writing import prices

DAYS, HOURS, GB = 30, 730, 2**30
MODEL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"  # of examples/agents
JUDGE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"  # judge_model of infra/accounts.toml
_SQS_REQUESTS = 3  # a message is sent, received and deleted


@dataclass(frozen=True)
class Month:
    """USD of one month, by what they are paid for."""

    jobs_per_day: float
    mails_per_month: float
    paid: dict[str, float]

    @property
    def aws(self) -> float:
        return sum(usd for name, usd in self.paid.items() if name != "people")

    @property
    def rest(self) -> float:
        """AWS without models."""
        return self.aws - self.paid["models"]

    @property
    def total(self) -> float:
        return sum(self.paid.values())


@dataclass(frozen=True)
class Bill:
    """The bill of one cell; ``changed`` names the changes that are in force, ``review_hours`` is of a day."""

    given: Inputs
    jobs_per_day: float
    review_hours: float
    changed: frozenset[str] = frozenset()

    def month(self) -> Month:
        paid = {
            "models": self._models(), "DynamoDB": self._dynamodb(), "EventBridge": self._eventbridge(),
            "Lambda": self._lambda(), "SQS": self._sqs(), "S3": self._s3(), "SES": self._ses(),
            "CloudWatch": self._cloudwatch(), "knowledge base": self._search(), "people": self._people(),
        }
        return Month(self.jobs_per_day, self.jobs * self.demand.mails, paid)

    @property
    def demand(self) -> Demand:
        return Demand(self.given)

    @property
    def jobs(self) -> float:
        return self.jobs_per_day * DAYS

    def _models(self) -> float:
        profile = MODEL.replace("eu.", "global.") if GLOBAL in self.changed else MODEL
        inward, outward = self.jobs * self.demand.input_tokens(), self.jobs * self.demand.output_tokens()
        usd = _price(profile, inward, outward)
        patient = self.given.assumed["patient_share"] if BATCHED in self.changed else 0.0
        return usd * (1 - patient * (1 - self.given.assumed["batch_price_share"])) + self._judged()

    def _judged(self) -> float:
        """A second model reads what the first one read and wrote."""
        if JUDGED not in self.changed:
            return 0.0
        read = self.jobs * (self.demand.input_tokens() + self.demand.output_tokens())
        return _price(JUDGE, read, self.jobs * self.demand.drafts * self.given.assumed["judge_tokens"])

    def _dynamodb(self) -> float:
        price = self.given.prices["dynamodb"]
        units = self._sum("write_units") * price["write_unit"] + self._sum("read_units") * price["read_unit"]
        return units + self._kept_gb(self._sum("bytes_written")) * (price["gb_month"] + price["backup_gb_month"])

    def _eventbridge(self) -> float:
        price, monthly_gb = self.given.prices["eventbridge"], self._logged_bytes() / GB
        kept = self._kept_gb(self._logged_bytes()) * price["archive_gb_month"]
        return self.jobs * self.demand.events() * price["event"] + monthly_gb * price["archived_gb"] + kept

    def _lambda(self) -> float:
        price = self.given.prices["lambda"]
        seconds = self.jobs * self.demand.total(self.demand.seconds)
        gb_seconds = seconds * self.given.assumed["function_megabytes"] / 1024
        return self._runs() * price["request"] + gb_seconds * price["gb_second"]

    def _sqs(self) -> float:
        polls = self.given.mailboxes * self.given.assumed["polls_per_minute"] * 60 * HOURS
        return (self.jobs * self.demand.deliveries() * _SQS_REQUESTS + polls) * self.given.prices["sqs"]["request"]

    def _s3(self) -> float:
        price = self.given.prices["s3"]
        objects = self.jobs * self.demand.total(lambda one: one.calls.get("s3.PutObject", 0))
        return objects * price["put"] + self._kept_gb(self._logged_bytes()) * price["gb_month"]

    def _ses(self) -> float:
        return self.jobs * self.demand.mails * self.given.prices["ses"]["mail"]

    def _cloudwatch(self) -> float:
        price, assumed = self.given.prices["cloudwatch"], self.given.assumed
        fixed = sum(assumed[f"{what}s"] * price[f"{what}_month"] for what in ("alarm", "dashboard"))
        metrics = assumed["custom_metrics"] * price["metric_month"]
        return fixed + metrics + self._runs() * assumed["log_bytes_per_run"] / GB * price["log_gb"]

    def _search(self) -> float:
        units = self.given.assumed["search_units"] * HOURS * self.given.prices["opensearch"]["unit_hour"]
        return units + self.given.assumed["secrets"] * self.given.prices["secrets"]["secret_month"]

    def _people(self) -> float:
        return self.review_hours * DAYS * self.given.assumed["reviewer_usd_per_hour"]

    def _runs(self) -> float:
        return self.jobs * self.demand.total(lambda one: 1)

    def _sum(self, what: str) -> float:
        return self.jobs * self.demand.total(lambda one: getattr(one, what))

    def _logged_bytes(self) -> float:
        """Whole events of a month, as the archive and the log's bucket keep them."""
        return self.jobs * self.demand.total(lambda one: one.bytes_put, ["record_events"])

    def _kept_gb(self, bytes_a_month: float) -> float:
        return bytes_a_month / DAYS * self.given.assumed["keep_days"] / GB


def _price(model_id: str, inward: float, outward: float) -> float:
    usd = prices.cost(model_id, round(inward), round(outward))
    if usd is None:
        raise ValueError(f"shared/writing/prices.py has no price of {model_id}")
    return float(usd)
