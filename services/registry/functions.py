"""The Lambda entry point of the agent registry."""

from typing import Any


def register_agent(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.registry.api import app  # the event handler is made when the first request comes

    return app.resolve(event, context)
