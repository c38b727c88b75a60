"""The capacity of the architecture as it is: how many jobs a day each part carries; pure.

Rates are taken at the peak of the day. A row that many transactions write carries as many as fit one after the other
into half of the time: reading, deciding and writing must not meet another one, or one of them begins anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from docs.scalability.demand import BATCH, FOLDS, Demand
from docs.scalability.inputs import Inputs

DAY_SECONDS, MINUTE_SECONDS, HOUR_SECONDS = 86_400, 60, 3_600
BUSY = 0.5  # of its time that a row may be in a transaction
ROWS_OF_A_CALL = 10  # of a relay: PutEvents takes ten
SHARDS = 16  # of a counter, as in services/registry/counters.py and services/deployer/counters.py
SCALES = (1, 10, 100, 1000)


@dataclass(frozen=True)
class Part:
    """Something that can be the bottleneck: a job takes ``per_job`` of what there is ``limit`` of, both in ``unit``.

    ``key`` names it for a change; ``why`` says where its limit comes from.
    """

    key: str
    name: str
    unit: str
    per_job: float
    limit: float
    why: str

    @property
    def jobs_per_day(self) -> float:
        return self.limit / self.per_job

    def used(self, jobs_per_day: float) -> float:
        """Which part of its limit so many jobs use."""
        return jobs_per_day / self.jobs_per_day

    def changed(self, limit_factor: float = 1.0, per_job_factor: float = 1.0) -> "Part":
        return replace(self, limit=self.limit * limit_factor, per_job=self.per_job * per_job_factor)


@dataclass(frozen=True)
class Model:
    """All parts of one cell: one account in one region."""

    given: Inputs

    @property
    def demand(self) -> Demand:
        return Demand(self.given)

    def parts(self) -> list[Part]:
        """What carries least comes first."""
        every = [*self._people(), *self._outside(), *self._functions(), *self._tables(), *self._bus()]
        return sorted(every, key=lambda part: part.jobs_per_day)

    def at_peak(self, per_job: float) -> float:
        """What happens so often for a job, in a second of the peak, for each job of the day."""
        return per_job * self.given.assumed["peak_factor"] / DAY_SECONDS

    def _people(self) -> Iterator[Part]:
        hours = self.given.assumed["reviewers"] * self.given.assumed["reviewer_hours_per_day"]
        needed = self.demand.review_seconds() / HOUR_SECONDS
        yield Part("review", "people who read every draft", "hours/day", needed, hours, "workload.toml: reviewers")

    def _outside(self) -> Iterator[Part]:
        need = self.demand
        tokens = self.at_peak(need.quota_tokens()) * MINUTE_SECONDS
        told = "Bedrock, tokens as its quota counts"
        yield self._quota("model", told, "tokens/min", tokens, "bedrock_tokens_per_minute")
        yield self._quota("mail", "SES, mails in a second", "mails/s", self.at_peak(need.mails), "ses_mails_per_second")
        yield self._quota("mail_day", "SES, mails in a day", "mails/day", need.mails, "ses_mails_per_day")

    def _functions(self) -> Iterator[Part]:
        need, allowed = self.demand, self.given.concurrency
        for kind, name in (("drafting", "draft_referral"), ("sending", "send_referral")):
            taken = self.at_peak(need.total(need.seconds, [name]))
            told, why = f"`{name}`, runs at the same time", f"accounts.toml: {kind}_concurrency"
            yield Part(kind, told, "runs", taken, allowed[kind], why)
        name = max(FOLDS, key=lambda fold: need.total(need.batched_seconds, [fold]))
        folded = self.at_peak(need.total(need.batched_seconds, [name]))
        told = f"the busiest fold, `{name}`, in full batches"
        yield Part("folding", told, "runs", folded, allowed["handling"], "accounts.toml: handling_concurrency")
        everything = self.at_peak(need.total(need.seconds))
        yield self._quota("lambda", "Lambda, all functions together", "runs", everything, "lambda_concurrency")

    def _tables(self) -> Iterator[Part]:
        need, most = self.demand, self.given.quotas["dynamodb_partition_write_units_per_second"]
        for key, function, row in (
            ("tally", "hear_feedback", "`SENDING TALLY`"), ("switch", "send_referral", "`SENDING SWITCH`"),
        ):
            batch = BATCH if function in FOLDS else 1
            asked = self.at_peak(need.total(lambda one: 1, [function]) / batch)
            fit = BUSY / (2 * self.given.assumed["table_seconds"])
            told = f"row {row}, in all of `{function}`"
            yield Part(key, told, "transactions/s", asked, fit, "one after the other")
        told = "a counter of a version, in one of 16 shards"
        outcomes = self.at_peak(need.total(lambda one: 1, ["follow_rollouts"]) / BATCH / SHARDS)
        yield Part("counters", told, "transactions/s", outcomes, fit, "one after the other")
        counted = self.at_peak(need.total(lambda one: 1, ["record_events"]))
        yield Part("day", "the row of a day's counts in `EventLog`", "writes/s", counted, most, "one partition")
        units = self.at_peak(need.total(lambda one: one.write_units, _WRITE_REFERRALS))
        told = "table `Referrals`, write units"
        yield self._quota("table", told, "units/s", units, "dynamodb_table_write_units_per_second")

    def _bus(self) -> Iterator[Part]:
        need, seconds = self.demand, self.given.assumed["bus_seconds"]
        puts, rows = self.at_peak(need.events()), self.at_peak(need.rows("orchestrator-relay"))
        yield self._quota("puts", "EventBridge, events put", "events/s", puts, "eventbridge_puts_per_second")
        matched = self.at_peak(need.deliveries())
        told = "EventBridge, events handed on"
        yield self._quota("rules", told, "events/s", matched, "eventbridge_invocations_per_second")
        told, fit = "`orchestrator-relay`, on one shard of its stream", ROWS_OF_A_CALL / seconds
        yield Part("relay", told, "rows/s", rows, fit, "ten rows a call")

    def _quota(self, key: str, name: str, unit: str, per_job: float, quota: str) -> Part:
        return Part(key, name, unit, per_job, self.given.quotas[quota], f"quotas.toml: {quota}")


_WRITE_REFERRALS = ("follow_events", "draft_referral", "send_referral", "hear_feedback", "keep_example", "review_api")
