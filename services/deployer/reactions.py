"""What the deployer does when something happens."""

from services.deployer import alarms, counters, moves, table
from services.deployer.agents import Version
from services.deployer.alarms import AlarmChanged
from services.deployer.deployment import Pointer
from services.deployer.results import Judged, is_evidence, outcome, values
from services.deployer.verdict import Verdict
from shared.app import Routes
from shared.commit import inbox_key
from shared.events.evaluation import EvaluationFinished
from shared.events.orchestrator import DraftFailed, ReferralDrafted, ReferralReviewed
from shared.events.registry import AgentRegistered, AgentRetired, AliasMoved
from shared.settings import settings
from shared.unit import Duplicate, Unit

PRODUCTION = {"data": {"alias": ["production"]}}

follow = Routes("deployer")


@follow.fold(AgentRegistered, inbox=False, reads=lambda said: [table.agent_key(said.agent)])
def know_version(said: AgentRegistered, unit: Unit) -> None:
    before = table.version(unit, said.agent, said.version)
    table.keep_version(unit, said.agent, said.version, before or Version(config_hash=said.config_hash))
    rollout = table.active(unit, said.agent)
    if rollout and rollout.waits_for == "version" and rollout.candidate_hash == said.config_hash:
        registered = moves.changed(unit, rollout.registered(said.version, unit.now()))
        moves.follow_verdict(unit, registered)


@follow.fold(AgentRetired, inbox=False, reads=lambda said: [table.agent_key(said.agent)])
def take_back_what_is_retired(said: AgentRetired, unit: Unit) -> None:
    table.keep_version(unit, said.agent, said.version, Version(config_hash=said.config_hash, retired=True))
    rollout = table.active(unit, said.agent)
    if rollout and rollout.candidate_hash == said.config_hash:
        moves.end(unit, rollout, "the candidate was retired")


@follow.fold(AliasMoved, inbox=False, where=PRODUCTION, reads=lambda said: [table.agent_key(said.agent)])
def follow_production(said: AliasMoved, unit: Unit) -> None:
    """A rollout ends where production is not what it compares with any more; its own release comes after its end."""
    if said.alias != "production":
        return
    before = table.agent(unit, said.agent)
    after = before.moved(Pointer(version=said.to_version, config_hash=said.config_hash, revision=said.revision))
    if after == before:
        return
    table.save_agent(unit, after)
    rollout = table.active(unit, said.agent)
    if rollout and rollout.baseline.revision < said.revision:
        moves.end(unit, rollout, f"production was moved to version {said.to_version}: {said.cause}")


@follow.fold(EvaluationFinished, inbox=False, reads=lambda said: [table.agent_key(said.agent)])
def follow_evaluation(said: EvaluationFinished, unit: Unit) -> None:
    key = table.verdict_key(said.agent, said.candidate_hash, said.baseline_hash)
    table.keep_verdict(unit, key, Verdict.of(said, unit.cause.occurred_at))
    rollout = table.active(unit, said.agent)
    if rollout:
        moves.follow_verdict(unit, rollout)


@follow.fold(ReferralDrafted, inbox=False, reads=counters.reads_of)
@follow.fold(DraftFailed, inbox=False, reads=counters.reads_of)
@follow.fold(ReferralReviewed, inbox=False, reads=counters.reads_of)
def learn(said: Judged, unit: Unit) -> None:
    """Count what is evidence in a rollout, and decide at once; what a version did lately is remembered of every one."""
    seen = values(said)
    if not seen:
        return None
    rollout = table.rollout(unit, said.rollout_id) if is_evidence(said) else None
    if not rollout or not rollout.started:
        unit.once(inbox_key(unit.cause))
        return counters.remember(unit, said, seen)
    first = counters.first_of(unit, said, seen)
    if not first:
        raise Duplicate
    at, objective = unit.cause.occurred_at, rollout.latency_objective_ms
    counters.count(unit, rollout.rollout_id, [outcome(said, *one, objective, at) for one in first.items()])
    counters.remember(unit, said, first)
    moves.look(unit, rollout)
    return None


@follow.fold(AlarmChanged, inbox=False, where=alarms.OURS, reads=lambda said: [table.agent_key(said.agent)])
def heed_alarm(said: AlarmChanged, unit: Unit) -> None:
    """A candidate that is broken outright goes back at once; the states of alarms are remembered, the latest of each."""
    before = table.alarm(unit, said.agent, said.about)
    if said.account != settings().account or (before and before.at >= said.raised.at):
        raise Duplicate
    unit.put(table.alarm_key(said.agent, said.about), said.raised.model_dump(mode="json"))
    rollout = table.active(unit, said.agent)
    wanted = alarms.answer(said, rollout, table.alarm(unit, said.agent, said.control))
    if rollout and wanted:
        moves.step(unit, rollout, *wanted, by=alarms.BY)
