"""A case: what both versions wrote for it, and what checks, judge and people said of it; pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.prep import ReferralPrepared
from shared.writing.checks.findings import fatal
from shared.writing.content import content_hash
from shared.writing.crew import Crew

SideName = Literal["baseline", "candidate"]
SIDES: tuple[SideName, SideName] = ("baseline", "candidate")
Decision = Literal["approved", "rejected"]
Why = Literal["wrong_facts", "wrong_tone", "too_long", "not_personal", "unsafe", "not_now", "other"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Case(Part):
    """A past job as a writer would have seen it then, and what people decided on which words."""

    prepared: ReferralPrepared
    crew: Crew
    people: dict[str, Decision] = {}  # by content hash
    production: dict[str, str] = {}  # what production asked and got: prompt hash -> content hash

    @property
    def case_id(self) -> str:
        return self.prepared.referral_id


class Opinion(Part):
    """What the judge thinks of one draft."""

    approved: bool
    reason: Why | None = None


class Judgement(Part):
    """What the judge says of two drafts in one order."""

    first: Opinion
    second: Opinion


class Kept(Part):
    """An answer of a model, and what it took."""

    said: dict[str, Any]
    input_tokens: int
    output_tokens: int
    latency_ms: int
    cost_usd: Decimal | None = None  # where the model's price is not known
    paid_by: str = ""  # the evaluation that asked


class Attempt(Part):
    """What became of one side of a case. ``ours`` marks an error that is no fault of the version."""

    written: Kept | None = None
    content_hash: str | None = None
    error: str | None = None
    ours: bool = False
    failed: dict[str, list[str]] = {}  # check -> what was found
    opinions: list[Opinion] = []  # one for each order

    @property
    def readable(self) -> bool:
        """Whether there is something to judge."""
        return self.written is not None and not any(fatal(self.failed))

    @property
    def judged(self) -> Decision | None:
        """What the judge says, where it says the same in both orders."""
        said = {opinion.approved for opinion in self.opinions}
        return ("approved" if said.pop() else "rejected") if len(said) == 1 else None

    @property
    def verdict(self) -> Decision | None:
        """None where nobody knows: our own fault, or a judge without a consistent opinion."""
        if self.error:
            return None if self.ours else "rejected"
        return self.judged if self.readable else "rejected"

    @property
    def reasons(self) -> list[str]:
        """Why it is rejected, in codes."""
        codes = [*([self.error] if self.error else []), *fatal(self.failed)]
        return list(dict.fromkeys([*codes, *(said.reason for said in self.opinions if said.reason)]))


class Outcome(Part):
    """One case with both sides; ``spent`` is what was really paid, ``people`` what persons said of which words."""

    case_id: str
    baseline: Attempt
    candidate: Attempt
    not_judged: str | None = None
    people: dict[str, Decision] = {}
    repeated: Literal["same_words", "other_words"] | None = None  # the baseline, asked what production asked
    spent: Decimal | None = None

    @property
    def counts(self) -> bool:
        return self.baseline.verdict is not None and self.candidate.verdict is not None

    def side(self, name: SideName) -> Attempt:
        return self.baseline if name == "baseline" else self.candidate


def words_hash(case: Case, subject: str, body: str) -> str:
    """These words for this job: what a person's decision names."""
    return content_hash(subject, body, case.case_id, case.prepared.customer_id)


def decided(label: Mapping[str, Any]) -> tuple[str, str]:
    """When, and how: a mail that could not be sent may be written again in the same words, and be decided on once more."""
    return label.get("at", ""), label.get("decision", "")
