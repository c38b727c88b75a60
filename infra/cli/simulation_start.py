"""How a simulated rollout begins: a candidate with the content of what is in production, and a fast clock."""

import time
from collections.abc import Callable
from typing import Any

from infra.cli import say
from infra.cli.agent_files import read
from infra.cli.call import Refused, Service
from infra.cli.crowd import REVIEWER
from infra.cli.orders import deployer
from infra.cli.run import EXAMPLE_AGENT, ready_agent
from infra.cli.session import Account
from services.deployer.plan import Plan, Stage

_NAP, _NAPS = 0.5, 40  # until the deployer has heard what is in production
_TAG = "simulation"
SECOND = 1 / 3600  # of an hour
FAST = Plan(stages=(
    Stage(share=10, evidence=5, hours=5 * SECOND),
    Stage(share=50, evidence=20, hours=5 * SECOND),
    Stage(share=100, outcomes=200, hours=5 * SECOND),
))
Rollout = dict[str, Any]


def begin(account: Account, plan: Plan, about: str, patience: float) -> Rollout:
    """The rollout with its first share; ``about`` makes the candidate's content unlike any other.

    The evaluation is waited for ``patience`` seconds. Where it asks a person, or takes longer, a simulated one says go.
    """
    ready_agent(account)
    waiting = _deploy(account, plan, about)
    say.note(f"{waiting['rollout_id']}: version {waiting['baseline']} is in production; the candidate has its content")
    return _started(account, waiting, time.monotonic() + patience)


def _deploy(account: Account, plan: Plan, about: str) -> Rollout:
    registry = Service(account, "register_agent")
    name = read(EXAMPLE_AGENT)["agent"]
    serving = registry.get("agents", name, "aliases", "production")["version"]
    config = registry.get("agents", name, "versions", str(serving))["config"]
    config["tags"] = {**config.get("tags", {}), _TAG: about}
    said = {"agent": name, "config": config, "author": REVIEWER, "message": f"simulation: {about}", "by": REVIEWER}
    return _until_known(lambda: deployer(account).post("deployments", **said, plan=plan.model_dump(mode="json")))


def _until_known(ask: Callable[[], Rollout]) -> Rollout:
    for _ in range(_NAPS):
        try:
            return ask()
        except Refused as refused:
            if refused.code != "no_production":
                raise
            time.sleep(_NAP)
    return ask()


def _started(account: Account, rollout: Rollout, deadline: float) -> Rollout:
    api, rollout_id = deployer(account), rollout["rollout_id"]
    while rollout["status"] == "waiting" and (time.monotonic() < deadline or rollout["waits_for"] == "version"):
        time.sleep(_NAP)
        rollout = api.get("rollouts", rollout_id)
    order = {"waiting": "advance", "held": "resume"}.get(rollout["status"])
    if order:
        say.note(f"a simulated engineer lets it begin: {rollout['reason'] if order == 'resume' else 'no evaluation yet'}")
        rollout = api.post("rollouts", rollout_id, order, by=REVIEWER, reason="simulated: nobody is asked")
    if rollout["status"] != "running":
        raise say.Problem(f"The rollout {rollout_id} reached no customer ({rollout['status']}): {rollout['reason']}")
    return rollout
