"""What one job asks of AWS and of people, on average over all jobs, of which some are never drafted; pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from docs.scalability.inputs import Handled, Inputs

BATCH = 10  # records of a mailbox, where there are enough
RELAYED = "rows of an outbox"
FOLDS = (
    "feature_enricher", "data_prep_processor", "follow_events", "follow_history", "follow_rollouts", "count_outcomes",
    "hear_feedback", "record_events",
)
_SECONDS = {  # of a call, by what it asks
    "bedrock-runtime.Converse": "model_seconds", "bedrock-agent-runtime.Retrieve": "retrieve_seconds",
    "sesv2.SendEmail": "mail_seconds", "s3.PutObject": "bucket_seconds", "events.PutEvents": "bus_seconds",
}
_ANNOUNCED = {  # by relay
    "features-relay": ("FeaturesUpdated",), "prep-relay": ("ReferralPrepared",),
    "orchestrator-relay": (
        "ReferralDrafted", "ReferralSuppressed", "ReferralReviewed", "ReferralSent", "ReferralDelivered",
    ),
}


@dataclass(frozen=True)
class Demand:
    """Everything for one job; what is per second or day follows from how many jobs there are."""

    given: Inputs

    @property
    def drafts(self) -> float:
        return self.given.assumed["drafted_share"]

    @property
    def mails(self) -> float:
        return self.drafts * self.given.assumed["approved_share"]

    @property
    def model_calls(self) -> float:
        return self.drafts * (1 + self.given.assumed["asked_again_share"])

    def kinds(self) -> dict[str, float]:
        """How many events of each kind a job brings onto the bus."""
        surveys, feedback = self.given.assumed["survey_share"], self.mails * self.given.assumed["feedback_per_mail"]
        return {
            "ServiceCompleted": 1, "SatisfactionReported": surveys, "FeaturesUpdated": 1 + surveys,
            "ReferralPrepared": 1, "ReferralDrafted": self.drafts, "ReferralSuppressed": 1 - self.drafts,
            "ReferralReviewed": self.drafts, "ReferralSent": self.mails, "ReferralDelivered": feedback,
        }

    def events(self) -> float:
        return sum(self.kinds().values())

    def times(self, one: Handled) -> float:
        """How often a function handles such a thing for a job."""
        narrower = {  # rules that let through less than the kind
            ("data_prep_processor", "FeaturesUpdated"): 1.0, ("send_referral", "ReferralReviewed"): self.mails,
            ("keep_example", "ReferralReviewed"): self.mails,
        }
        if one.kind == RELAYED:
            return sum(self.kinds()[kind] for kind in _ANNOUNCED[one.function])
        known = self.kinds() | self._of_people()
        return narrower.get((one.function, one.kind), known[one.kind])

    def total(self, what: Callable[[Handled], float], functions: Collection[str] = ()) -> float:
        """The sum over everything that is handled for a job, or what these functions handle of it."""
        wanted = (one for one in self.given.handled if not functions or one.function in functions)
        return sum(self.times(one) * what(one) for one in wanted)

    def seconds(self, one: Handled) -> float:
        """How long a function runs for one record."""
        return self.handler_seconds + sum(self._call_seconds(name) * count for name, count in one.calls.items())

    def batched_seconds(self, one: Handled) -> float:
        """The same in a full batch, whose folds share their calls."""
        return self.handler_seconds + (self.seconds(one) - self.handler_seconds) / BATCH

    @property
    def handler_seconds(self) -> float:
        """Our own code for a record, on the share of a core that a function has."""
        share = self.given.assumed["function_megabytes"] / self.given.assumed["core_megabytes"]
        return self.given.measured["handler_core_milliseconds"] / 1000 / share

    def deliveries(self) -> float:
        """Messages that rules put into queues."""
        return self.total(lambda one: one.kind in self.kinds() or one.kind == "Email Delivered")

    def rows(self, relay: str) -> float:
        return self.total(lambda one: one.kind == RELAYED, [relay])

    def input_tokens(self) -> float:
        assumed = self.given.assumed
        tokens = self.given.measured["input_tokens"] + assumed["tool_tokens"] + assumed["example_tokens"]
        return self.model_calls * tokens

    def output_tokens(self) -> float:
        return self.model_calls * self.given.measured["output_tokens"]

    def quota_tokens(self) -> float:
        """As Bedrock counts them against the quota of a minute."""
        return self.input_tokens() + self.output_tokens() * self.given.quotas["bedrock_quota_tokens_per_output_token"]

    def review_seconds(self, read_share: float = 1.0) -> float:
        return self.drafts * self.given.assumed["review_seconds"] * read_share

    def _of_people(self) -> dict[str, float]:
        approved, path = self.given.assumed["approved_share"], "/drafts/ID"
        looked = dict.fromkeys(("GET /drafts", f"GET {path}", f"POST {path}/open"), self.drafts)
        return looked | {
            f"POST {path}/approve": self.drafts * approved, f"POST {path}/reject": self.drafts * (1 - approved),
            "Email Delivered": self.kinds()["ReferralDelivered"],
        }

    def _call_seconds(self, operation: str) -> float:
        return self.given.assumed[_SECONDS.get(operation, "table_seconds")]
