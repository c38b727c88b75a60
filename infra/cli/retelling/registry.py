"""The registry in its own words: versions, moves of aliases, retirements; whoever commanded them."""

from dataclasses import replace

from services.registry import table
from services.registry.model import Agent, Alias
from services.registry.version import Retirement, Version
from shared.app import Routes
from shared.events.registry import AgentRegistered, AgentRetired, AliasMoved
from shared.unit import Unit

_UNKNOWN = "unknown"  # the event does not say who retired it
routes = Routes("registry")


@routes.fold(AgentRegistered, inbox=False)
def registered(said: AgentRegistered, unit: Unit) -> None:
    if table.version(unit, said.agent, said.version):
        return
    agent = table.agent(unit, said.agent) or Agent(said.agent)
    table.save(unit, replace(agent, latest=max(agent.latest, said.version)))
    known = Version(said.version, said.config_hash, said.config.model_id, said.author, said.message, unit.cause.occurred_at)
    table.add(unit, said.agent, known, said.config)


@routes.fold(AliasMoved, inbox=False)
def moved(said: AliasMoved, unit: Unit) -> None:
    agent = table.agent(unit, said.agent) or Agent(said.agent)
    if said.revision <= agent.revision(said.alias):
        return
    told = said.model_dump(include={"config_hash", "revision", "cause", "from_version", "rollout_id"})
    alias = Alias(version=said.to_version, moved_at=unit.cause.occurred_at, **told)
    table.save(unit, replace(agent, aliases=agent.aliases | {said.alias: alias}))
    table.record_move(unit, said.agent, said.alias, alias)


@routes.fold(AgentRetired, inbox=False)
def retired(said: AgentRetired, unit: Unit) -> None:
    known = table.version(unit, said.agent, said.version)
    if known and not known.retired:
        table.save_version(unit, said.agent, replace(known, retired=Retirement(unit.cause.occurred_at, _UNKNOWN, said.reason)))
