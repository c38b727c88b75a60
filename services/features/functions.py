"""The Lambda entry points of the feature store."""

from typing import Any

from services.features.reactions import routes

feature_enricher = routes.handle


def features_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.features.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)
