"""The Lambda entry points of data preparation."""

from typing import Any

from services.prep.reactions import routes

data_prep_processor = routes.handle


def prep_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.prep.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)
