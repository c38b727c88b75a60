"""What an agent engineer does: registers versions, points at one, rolls another one out, and gives it orders."""

from collections.abc import Callable
from functools import partial
from random import Random

from services.deployer import table
from tests.simulation.asking import insist
from tests.simulation.world import World

AGENT = "referral-writer"
_PLAN = {"stages": [{"share": 50, "outcomes": 2, "hours": 0}, {"share": 100, "outcomes": 2, "hours": 0}]}


def register(world: World, random: Random, version: int) -> None:
    config = {
        "model_id": "local.writer", "system_prompt": f"You write short, honest mails. {version}",
        "user_prompt": "{{facts}}\n{{company}}\nWrite the mail.",
    }
    insist(world, "registry", "POST", "/agents", {
        "agent": AGENT, "config": config, "author": "an engineer", "message": "new",
    })


def point(world: World, random: Random, version: int) -> None:
    insist(world, "registry", "PUT", f"/agents/{AGENT}/aliases/production", {"version": version})


def roll_out(world: World, random: Random, version: int) -> None:
    asked = {"agent": AGENT, "by": "ae-1", "candidate": version, "reason": "better", "plan": _PLAN}
    insist(world, "deployer", "POST", "/rollouts", asked)


def order(world: World, random: Random, order: str) -> None:
    """To the newest rollout, if there is one."""
    known = table.rollouts(world.tables["deployer"], AGENT, "", 1)
    if known:
        said = {"by": "ae-1", "reason": "so it is wanted"}
        insist(world, "deployer", "POST", f"/rollouts/{known[0].rollout_id}/{order}", said)


VERBS: dict[str, Callable[..., None]] = {
    "register": register, "point": point, "roll out": roll_out,
    **{name: partial(order, order=name) for name in ("advance", "hold", "resume", "rollback")},
}
