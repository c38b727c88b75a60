"""How a rollout begins: what has to be known, and that there is no other one of the same agent."""

from collections.abc import Callable

from services.deployer import announcements, moves, table
from services.deployer.agents import Agent
from services.deployer.deployment import Deployment, NotPossible, Pointer
from services.deployer.plan import Plan
from shared.events.deployer import DeploymentRequested
from shared.unit import Unit

Candidate = tuple[int | None, str]  # its number, None where it has none yet, and the hash of its content


def begin(unit: Unit, name: str, candidate: Candidate, plan: Plan, salt: str, reason: str, by: str) -> Deployment:
    """A rollout of this candidate against what is in production, which waits for what it needs."""
    agent = table.agent(unit, name)
    version, config_hash = candidate
    baseline = _baseline(agent, config_hash)
    _not_retired(unit, name, version)
    rollout = Deployment(
        rollout_id=f"ro-{unit.cause.event_id}", agent=name, candidate=version, candidate_hash=config_hash,
        baseline=baseline, plan=plan, salt=salt, requested_at=unit.now(), entered_at=unit.now(), changed_at=unit.now(),
        reason=reason, by=by,
    )
    table.save_agent(unit, agent.busy_with(rollout.rollout_id))
    return table.save(unit, rollout)


def wait_for_version(unit: Unit, rollout: Deployment, requested: Callable[[str], DeploymentRequested]) -> Deployment:
    """Ask the registry for a version of content that is new; of content that has one, wait for its evaluation."""
    if rollout.candidate:
        return wait_for_evaluation(unit, rollout)
    unit.announce(requested(rollout.rollout_id))
    return rollout


def wait_for_evaluation(unit: Unit, rollout: Deployment) -> Deployment:
    """Take the evaluation that is known, or ask for one."""
    if not table.verdict(unit, rollout):
        unit.announce(announcements.requested(rollout))
    return moves.follow_verdict(unit, rollout)


def numbered(unit: Unit, name: str, version: int) -> Candidate:
    known = table.version(unit, name, version)
    if not known:
        raise NotPossible("version_missing", f"{name} has no version {version}: register it first.")
    return version, known.config_hash


def _baseline(agent: Agent, candidate_hash: str) -> Pointer:
    if agent.active:
        said = f"Rollout {agent.active} of {agent.name} is active: let it end or roll it back, then start this one."
        raise NotPossible("rollout_active", said, rollout_id=agent.active)
    if not agent.production:
        said = f"{agent.name} has nothing in production to compare with: point its alias production at a version first."
        raise NotPossible("no_production", said)
    if agent.production.config_hash == candidate_hash:
        said = f"Version {agent.production.version} with this content is in production: there is nothing to do."
        raise NotPossible("in_production", said)
    return agent.production


def _not_retired(unit: Unit, name: str, version: int | None) -> None:
    known = table.version(unit, name, version) if version else None
    if known and known.retired:
        raise NotPossible("retired", f"Version {version} of {name} is retired: roll out another one.")
