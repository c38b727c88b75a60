"""The Lambda entry points of the orchestrator."""

from typing import Any

from services.orchestrator.hearing import feedback
from services.orchestrator.reactions import drafting, follow, keeping, recalling, sending
from shared.settings import settings
from shared.store import DynamoStore

follow_events = follow.handle
draft_referral = drafting.handle
recall_drafts = recalling.handle
send_referral = sending.handle
keep_example = keeping.handle
hear_feedback = feedback.handle


def review_api(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.orchestrator.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)


def unsubscribe(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.orchestrator.terms import terms
    from services.orchestrator.unsubscribe import Unsubscribe

    return Unsubscribe(DynamoStore(settings().table), terms().company).serve(event)


def watch_drafts(event: dict[str, Any], context: Any) -> dict[str, int]:
    from services.orchestrator.rounds import Round
    from services.orchestrator.terms import terms

    return Round(DynamoStore(settings().table), terms().mailing).go()
