"""What is announced about an evaluation: ids and numbers only."""

from services.evaluation.model import Evaluation
from shared.events.evaluation import EvaluationFinished, EvaluationStarted


def started(evaluation: Evaluation) -> EvaluationStarted:
    return EvaluationStarted(**evaluation.model_dump(include=set(EvaluationStarted.model_fields)))


def finished(evaluation: Evaluation) -> EvaluationFinished:
    return EvaluationFinished(
        **evaluation.model_dump(include=set(EvaluationStarted.model_fields)), **evaluation.result.model_dump(),
    )
