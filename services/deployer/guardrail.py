"""What is watched of one metric; pure."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from shared.events.deployer import Metric as Metric

Rate = Annotated[float, Field(gt=0, lt=1)]


class Guardrail(BaseModel):
    """What is watched of one metric; all rates are of good outcomes.

    ``baseline`` is control's usual rate: it decides how quick the evidence is, not whether it is valid. ``offsets`` are
    the drops to be found, ``margin`` a drop that is not minded, ``delta`` the drop to be ruled out before advancing. At
    100 %, where there is no control, ``tolerated`` below the baseline is still fine and ``drops`` are to be found.
    ``weight`` and ``weight_at_full`` are the parts of the budget for false rollbacks that each of the two may use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    baseline: Rate
    margin: float = Field(default=0.0, ge=0, lt=1)
    offsets: tuple[Rate, ...] = Field(min_length=1, max_length=20)
    delta: Rate
    weight: float = Field(ge=0, le=1)
    tolerated: Rate
    drops: tuple[Rate, ...] = Field(min_length=1, max_length=20)
    weight_at_full: float = Field(ge=0, le=1)

    @field_validator("offsets", "drops")
    @classmethod
    def _between(cls, found: tuple[float, ...], info: ValidationInfo) -> tuple[float, ...]:
        """Each drop to be found is larger than the one that is not minded, and leaves a rate to bet on."""
        minded = info.data.get("margin" if info.field_name == "offsets" else "tolerated", 0.0)
        wrong = [drop for drop in found if not minded < drop < info.data.get("baseline", 1)]
        if wrong:
            raise ValueError(f"{wrong} must lie above {minded} and below the baseline")
        return found

    @field_validator("delta")
    @classmethod
    def _leaves_a_rate(cls, delta: float, info: ValidationInfo) -> float:
        if delta >= info.data.get("baseline", 1):
            raise ValueError("it must be below the baseline")
        return delta

    def at(self, baseline: float) -> Self:
        """The same guardrail with the baseline that was measured when the rollout started."""
        return self.model_validate(self.model_dump() | {"baseline": baseline})
