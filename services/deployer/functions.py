"""The Lambda entry points of the deployer."""

from typing import Any

from services.deployer.pointers import pointers
from services.deployer.reactions import follow
from services.deployer.rounds import decide_all
from shared.settings import settings
from shared.store import DynamoStore

count_outcomes = follow.handle
point_at_versions = pointers.handle


def decide_rollouts(event: dict[str, Any], context: Any) -> dict[str, int]:
    return decide_all(DynamoStore(settings().table))


def agent_deployer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    from services.deployer.api import app  # the event handler is a cold start that only this function pays

    return app.resolve(event, context)
