"""The Lambda entry points of the evaluation service."""

from typing import Any

from services.evaluation.reactions import following, running, starts

follow_history = following.handle
start_evaluation = starts.handle
agent_evaluator = running.handle


def evaluations_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.evaluation.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)
