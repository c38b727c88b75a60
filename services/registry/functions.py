"""The Lambda entry points of the agent registry."""

from typing import Any

from services.registry.reactions import routes

follow_rollouts = routes.handle


def register_agent(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.registry.api import app  # the event handler is made when the first request comes

    return app.resolve(event, context)
