"""Command `agents deploy`: one command from a file to the first customers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli import ids, rollout_views, say
from infra.cli.agent_files import read
from infra.cli.call import Service
from infra.cli.orders import By, PlanFile, deployer, plan_in
from infra.cli.session import Account

app = typer.Typer()
_REFUSED = 1  # exit code
_NAP = 0.5  # seconds
_FILE = "YAML or JSON: agent, config, message."
_WAIT = "Follow it until it reaches customers, or a person is asked, or it is refused."
_TIMEOUT = "Seconds to wait at most; the deployment itself goes on."
Rollout = dict[str, Any]


@app.command()
def deploy(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help=_FILE)],
    plan: PlanFile = None,
    message: Annotated[str | None, typer.Option(help="What is new; the file's own message otherwise.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=_WAIT)] = True,
    timeout: Annotated[float, typer.Option(help=_TIMEOUT)] = 3600,
    by: By = None,
    as_json: say.Json = False,
) -> None:
    """Register a version, test it on history against the one in production, and roll it out where it passes.

    Exit code 1 where it is refused.

    Example: referral agents deploy examples/agents/referral-writer-v2.yaml
    """
    said, person = read(file), ids.person(by)
    why = message or said.get("message") or f"deployed from {file.name}"
    asked = {"agent": said["agent"], "config": said["config"], "author": said.get("author") or person, "message": why, "by": person}
    rollout = deployer(ctx.obj).post("deployments", **asked, **plan_in(plan))
    if wait:
        rollout = Following(ctx.obj, say.note).until_decided(rollout, timeout)
    say.answer(rollout, as_json, rollout_views.page)
    if rollout["status"] == "refused":
        raise typer.Exit(_REFUSED)


@dataclass
class Following:
    """Follows a deployment to its first customers, and tells each step once."""

    account: Account
    told: Callable[[str], Any]
    sleep: Callable[[float], Any] = time.sleep
    seconds: Callable[[], float] = time.monotonic

    def until_decided(self, rollout: Rollout, timeout: float) -> Rollout:
        """The rollout as it was last seen: no longer waiting, or still so after ``timeout`` seconds."""
        deadline, said = self.seconds() + timeout, ""
        while rollout["status"] == "waiting" and self.seconds() < deadline:
            said = self._tell(rollout, said)
            self.sleep(_NAP)
            rollout = deployer(self.account).get("rollouts", rollout["rollout_id"])
        if rollout["candidate"]:
            self._tell(rollout, said)
        return rollout

    def _tell(self, rollout: Rollout, before: str) -> str:
        now = self._step(rollout)
        if now != before:
            self.told(now)
        return now

    def _step(self, rollout: Rollout) -> str:
        if rollout["waits_for"] == "version":
            return f"{rollout['rollout_id']}: registering"
        known = f"{rollout['agent']} version {rollout['candidate']}"
        if rollout["waits_for"] != "evaluation":
            return f"{known} is {rollout['status']} at {rollout['percent']} %: {rollout['reason']}"
        return f"{known} is registered; {self._evaluation(rollout)}"

    def _evaluation(self, rollout: Rollout) -> str:
        """How far the evaluation of this candidate against this baseline is."""
        known = Service(self.account, "evaluations_api").get("evaluations", agent=rollout["agent"])["evaluations"]
        mine = (one for one in known if (one["candidate"], one["baseline"]) == (rollout["candidate"], rollout["baseline"]))
        found = next(mine, None)
        against = f"against version {rollout['baseline']}"
        return f"evaluation {against}: {found['done']} of {found['cases']} cases" if found else f"its evaluation {against} begins"
