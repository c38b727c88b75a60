"""What the API tells of an evaluation."""

from typing import Any

from services.evaluation.model import Evaluation

_NOT_YET = {
    "verdict": None, "passed": None, "reasons": [], "metrics": None, "comparison": None, "cost_usd": None,
    "report": None,
}


def as_evaluation(evaluation: Evaluation, done: int) -> dict[str, Any]:
    """An evaluation with how far it is, and what came of it."""
    return {
        **evaluation.model_dump(mode="json", exclude={"result"}),
        "status": "finished" if evaluation.result else "running",
        "done": evaluation.cases if evaluation.result else done,
        **(evaluation.result.model_dump(mode="json") if evaluation.result else _NOT_YET),
    }
