"""How a rollout moves, whoever wants it to: load, decide, save, announce, in one transaction."""

from services.deployer import announcements, counters, table
from services.deployer.deployment import Deployment
from services.deployer.gates import Standing
from services.deployer.model import Step
from services.deployer.outcomes import Tally
from shared.unit import Unit


def look(unit: Unit, rollout: Deployment) -> Deployment:
    """What counters and time say now; nothing is written unless the rollout changes."""
    if not rollout.started:
        return rollout
    tally = counters.tally(unit, rollout.rollout_id)
    decision = rollout.rollout(tally).decide(unit.now())
    if decision.step is Step.WAIT:
        return rollout
    after = rollout.step(decision.step, tally, unit.now(), decision.reason, None)
    return changed(unit, after, tally, decision.standing)


def step(unit: Unit, rollout: Deployment, wanted: Step, reason: str, by: str | None) -> Deployment:
    """Do this with a rollout that has started."""
    tally = counters.tally(unit, rollout.rollout_id)
    return changed(unit, rollout.step(wanted, tally, unit.now(), reason, by), tally)


def ordered(unit: Unit, rollout: Deployment, wanted: Step, reason: str, by: str) -> Deployment:
    """What a person wants of it, before it started too: to go on is to begin then."""
    if rollout.started:
        return step(unit, rollout, wanted, reason, by)
    begins = wanted in (Step.ADVANCE, Step.RESUME)
    return start(unit, rollout, reason, by) if begins else end(unit, rollout, reason, by)


def follow_verdict(unit: Unit, rollout: Deployment) -> Deployment:
    """What a known evaluation of exactly these contents says to a rollout that waits for one."""
    verdict = table.verdict(unit, rollout)
    if not verdict or rollout.waits_for != "evaluation":
        return rollout
    match verdict.gate:
        case "open":
            return start(unit, rollout, verdict.reason, None)
        case "shut":
            return changed(unit, rollout.refuse(unit.now(), verdict.reason, evaluation_id=verdict.evaluation_id))
        case "asks":
            return changed(unit, rollout.ask(verdict.evaluation_id, unit.now(), verdict.reason))


def start(unit: Unit, rollout: Deployment, reason: str, by: str | None) -> Deployment:
    """To the first customers, with what is known of the baseline now; an evaluation is named where there is one."""
    verdict = table.verdict(unit, rollout)
    recent = counters.recent(unit, rollout.agent, rollout.baseline.version)
    evaluation_id = verdict.evaluation_id if verdict else None
    plan = recent.frozen(rollout.plan)
    return changed(unit, rollout.start(plan, recent.objective_ms(), evaluation_id, unit.now(), reason, by))


def end(unit: Unit, rollout: Deployment, reason: str, by: str | None = None) -> Deployment:
    """Back, or, where it reached no customer, over."""
    if rollout.started:
        return step(unit, rollout, Step.ROLL_BACK, reason, by)
    return changed(unit, rollout.refuse(unit.now(), reason, by))


def changed(unit: Unit, after: Deployment, tally: Tally | None = None, found: Standing | None = None) -> Deployment:
    """Save and announce; an agent whose rollout has ended is free for another one."""
    agent = table.agent(unit, after.agent)
    if agent.active == after.rollout_id and not after.active:
        table.save_agent(unit, agent.busy_with(None))
    unit.announce(announcements.changed(after, tally or {}, found))
    return table.save(unit, after)
