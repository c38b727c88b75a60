"""One simulated rollout from its first job to its summary."""

from dataclasses import dataclass
from datetime import UTC
from math import exp
from typing import Any

import typer

from infra.cli import say
from infra.cli.call import Service
from infra.cli.crowd import Crowd
from infra.cli.explanation import Explanation, explanation
from infra.cli.session import Account
from infra.cli.simulation import Simulation
from infra.cli.simulation_start import FAST, begin
from infra.cli.simulation_view import SIMULATED, live
from infra.cli.whatif import read
from services.deployer.plan import Plan
from shared import clock

_STOPPED = 130  # how a shell knows Ctrl-C
_HIGHEST = 700.0  # above it a float has no exponential


@dataclass(frozen=True)
class Run:
    """What was asked for."""

    account: Account
    candidate: float
    baseline: float
    customers: int
    seed: int
    wave: int
    reviewers: int

    def go(self, plan: Plan, patience: float, restore: bool) -> dict[str, Any]:
        """Simulate, and tell what became of it."""
        say.note(SIMULATED)
        tag = clock.now().astimezone(UTC).strftime("%y%m%d%H%M%S")
        started = begin(self.account, plan, f"{tag}, seed {self.seed}, approval {self.candidate:g}", patience)
        crowd = Crowd(tag, self.seed, self.baseline, self.candidate)
        simulation = self._simulated(started, crowd)
        restored = restore and simulation.rollout["status"] == "released"
        if restored:
            self._put_back(started)
        return summary(simulation, self, restored)

    def _simulated(self, started: dict[str, Any], crowd: Crowd) -> Simulation:
        try:
            with live() as told:
                simulation = Simulation(self.account, crowd, started, self.customers, self.wave, self.reviewers, told)
                simulation.run()
                return simulation
        except KeyboardInterrupt:
            say.note(f"Stopped. The rollout goes on: `referral rollouts rollback {started['rollout_id']} --reason ...` ends it.")
            raise typer.Exit(_STOPPED) from None

    def _put_back(self, rollout: dict[str, Any]) -> None:
        registry = Service(self.account, "register_agent")
        to = {"version": rollout["baseline"], "cause": "the simulation is over"}
        registry.put("agents", rollout["agent"], "aliases", "production", **to)


def summary(simulation: Simulation, asked: Run, restored: bool) -> dict[str, Any]:
    """What became of it; ``explained`` is what the event log alone says."""
    rollout, seen = simulation.rollout, simulation.seen
    found = explanation(asked.account, rollout["rollout_id"])
    return {
        "review": SIMULATED,
        "rollout_id": rollout["rollout_id"],
        "ended": status if (status := rollout["status"]) in ("released", "rolled_back") else f"{status}: nobody is left to write to",
        "share": _share(rollout),
        "why": rollout["reason"],
        "approval": {"candidate": asked.candidate, "baseline": asked.baseline},
        "seed": asked.seed,
        "customers": simulation.put,
        "candidate": seen.of("candidate"),
        "control": seen.of("control"),
        "rejected_and_yet_sent": len(seen.rejected & seen.sent),
        "withdrawn": len(seen.withdrawn),
        "written_anew": len(seen.redrafted),
        "decided_too_late": simulation.overtaken,
        "not_as_the_salt_says": seen.misassigned(),
        "resumed_by_the_simulation": simulation.resumed,
        "evidence": _evidence(found),
        "missing": rollout["missing"],
        "explained": {"reproduced": not found.differences, "differences": found.differences},
        "production": "as before" if restored or rollout["status"] != "released" else "the candidate",
    }


def plan_of(file: Any) -> Plan:
    return read(file, Plan) if file else FAST


def page(said: dict[str, Any]) -> Any:
    return say.facts({name.replace("_", " "): value for name, value in said.items()})


def _evidence(found: Explanation) -> float | None:
    """That the candidate is worse, when it was decided last."""
    standing = found.decisions[-1].standing
    return standing and exp(min(standing.log_e, _HIGHEST))


def _share(rollout: dict[str, Any]) -> str:
    """The share at which it ended."""
    reached = [change["percent"] for change in rollout["changes"] if change["percent"]]
    return f"{reached[-1] if reached else 0} %"
