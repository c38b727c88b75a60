"""What an evaluation says to a rollout that waits for it; pure."""

from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.evaluation import EvaluationFinished

Gate = Literal["open", "shut", "asks"]


class Verdict(BaseModel):
    """The result of one candidate's content against one baseline's; the gate asks where a person is to decide."""

    model_config = ConfigDict(frozen=True)

    evaluation_id: str
    gate: Gate
    reason: str
    at: AwareDatetime

    @classmethod
    def of(cls, said: EvaluationFinished, at: AwareDatetime) -> Self:
        reason = f"evaluation {said.evaluation_id}: {' '.join(said.reasons) or said.verdict}"
        return cls(evaluation_id=said.evaluation_id, gate=gate(said), reason=reason, at=at)


def gate(said: EvaluationFinished) -> Gate:
    """Open where it passed, shut where the candidate is worse or failed a check that it must pass, else a person's."""
    if said.passed:
        return "open"
    failed = sum(said.metrics["candidate"].failed_checks.values())
    return "shut" if said.verdict == "worse" or failed else "asks"
