"""Where others look up what writes now: SSM parameters that say what the deployer's table says."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.deployer import table
from services.deployer.reactions import PRODUCTION
from shared import aws
from shared.app import NotYet, Routes
from shared.events.deployer import (
    Change, RolloutAdvanced, RolloutCompleted, RolloutHeld, RolloutRefused, RolloutResumed, RolloutRolledBack,
    RolloutStarted,
)
from shared.events.registry import AliasMoved
from shared.settings import settings
from shared.store import Store
from shared.unit import Unit

Values = dict[str, dict[str, Any]]  # by the last part of the parameter's name
_NOBODY = {"version": None, "config_hash": None, "percent": 0, "rollout_id": None}


@dataclass(frozen=True)
class Parameters:
    """The parameters ``/referral/<account>/agents/<agent>/production`` and ``.../candidate``."""

    client: Callable[[], Any] = lambda: aws.client("ssm")

    def follow(self, agent: str, store: Store) -> None:
        """Write what the table says until it still says the same: whoever writes last then wrote the latest."""
        written, wanted = None, pointing(agent, store)
        while wanted != written:
            for name, value in wanted.items():
                self._put(f"/referral/{settings().account}/agents/{agent}/{name}", value)
            written, wanted = wanted, pointing(agent, store)

    def _put(self, name: str, value: dict[str, Any]) -> None:
        self.client().put_parameter(Name=name, Value=json.dumps(value), Type="String", Overwrite=True)


def pointing(agent: str, store: Store) -> Values:
    """What both parameters are to say; nothing of a production that there never was."""
    unit = Unit(store, "referral.deployer")
    known, rollout = table.agent(unit, agent), table.active(unit, agent)
    candidate = _NOBODY
    if rollout and rollout.percent:
        candidate = {
            "version": rollout.candidate, "config_hash": rollout.candidate_hash, "percent": rollout.percent,
            "rollout_id": rollout.rollout_id,
        }
    production = {"production": known.production.model_dump()} if known.production else {}
    return production | {"candidate": candidate}


def pointer_routes(parameters: Parameters) -> Routes:
    """What keeps these parameters in step."""
    routes = Routes("deployer", mailbox="deployer-pointers")

    @routes.effect(AliasMoved, inbox=False, where=PRODUCTION)
    def follow_production(moved: AliasMoved, unit: Unit) -> None:
        if moved.alias != "production":
            return
        known = table.agent(unit, moved.agent).production
        if not known or known.revision < moved.revision:
            raise NotYet  # the table hears of it through another mailbox
        parameters.follow(moved.agent, unit.store)

    @routes.effect(RolloutStarted, inbox=False)
    @routes.effect(RolloutAdvanced, inbox=False)
    @routes.effect(RolloutHeld, inbox=False)
    @routes.effect(RolloutResumed, inbox=False)
    @routes.effect(RolloutCompleted, inbox=False)
    @routes.effect(RolloutRolledBack, inbox=False)
    @routes.effect(RolloutRefused, inbox=False)
    def follow_rollout(changed: Change, unit: Unit) -> None:
        parameters.follow(changed.agent, unit.store)

    return routes


pointers = pointer_routes(Parameters())
