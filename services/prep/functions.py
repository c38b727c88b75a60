"""The Lambda entry points of data preparation."""

from typing import Any

from services.prep.reactions import routes
from shared.settings import settings
from shared.store import DynamoStore

data_prep_processor = routes.handle


def prep_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.prep.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)


def receive_webhook(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.prep.webhook import Webhook
    from services.prep.webhook_secrets import secrets

    return Webhook(DynamoStore(settings().table), secrets()).receive(event)
