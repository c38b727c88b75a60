"""`referral rollouts decide`: what counts alone say, outside any rollout."""

from functools import partial
from math import log
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.deployer.bets import no_worse, worse
from services.deployer.evidence import log_mean, log_stake
from services.deployer.guardrail import Rate
from services.deployer.outcomes import Counts

THRESHOLD = 20.0  # 1 / 5 %
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class AtShare(BaseModel):
    """Outcomes of customers of whom the candidate had the share ``w`` at their assignment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    w: float = Field(gt=0, le=1)
    control_approved: Count
    control_rejected: Count
    candidate_approved: Count
    candidate_rejected: Count

    def counts(self) -> Counts:
        return Counts(self.control_approved, self.control_rejected, self.candidate_approved, self.candidate_rejected)


class Question(BaseModel):
    """Is the candidate worse (``offsets``, ``margin``), or is it no worse by ``delta``?"""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    baseline: Rate
    margin: float = Field(default=0.0, ge=0, lt=1)
    offsets: list[Rate] | None = Field(default=None, min_length=1, max_length=1000)
    delta: Rate | None = Field(default=None, validate_default=True)
    counts: list[AtShare]

    @field_validator("offsets")
    @classmethod
    def _between(cls, offsets: list[float] | None, info: ValidationInfo) -> list[float] | None:
        margin, baseline = info.data.get("margin", 0.0), info.data.get("baseline", 1.0)
        wrong = [offset for offset in offsets or [] if not margin < offset < baseline]
        if wrong:
            raise ValueError(f"{wrong} must lie above the margin and below the baseline")
        return offsets

    @field_validator("delta")
    @classmethod
    def _one_question(cls, delta: float | None, info: ValidationInfo) -> float | None:
        asked = info.data.get("offsets", ()) is not None  # offsets that were refused are not in it
        if asked == (delta is not None):
            raise ValueError("give either offsets (is it worse?) or delta (is it no worse?)")
        if delta is not None and info.data.get("margin"):
            raise ValueError("a margin goes with offsets; with delta there is none")
        if delta is not None and delta >= info.data.get("baseline", 1.0):
            raise ValueError("it must be below the baseline")
        return delta

    def answer(self) -> dict[str, Any]:
        """The evidence as natural logarithms, and whether it suffices at 5 %."""
        counts: dict[float, Counts] = {}
        for part in self.counts:
            counts[part.w] = counts.get(part.w, Counts()).plus(part.counts())
        if self.offsets is None:
            log_e = log_stake(counts, partial(no_worse, self.baseline, self.delta))
            return {"log_e": log_e, "advance": log_e >= log(THRESHOLD)}
        logs = [log_stake(counts, partial(worse, self.baseline, offset, self.margin)) for offset in self.offsets]
        log_e = log_mean(logs)
        return {"component_logs": logs, "log_e": log_e, "rollback": log_e >= log(THRESHOLD)}

