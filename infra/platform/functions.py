"""The Lambda entry point of the event log's API."""

from typing import Any


def events_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from infra.platform.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)
