"""What people and rollouts both do: a content becomes a version, an alias moves; each is announced."""

from services.registry import table
from services.registry.model import Agent
from services.registry.version import Version
from shared.events.registry import AgentConfig, AgentRegistered, config_hash
from shared.unit import Unit


def register(unit: Unit, name: str, config: AgentConfig, author: str, message: str) -> tuple[Version, bool]:
    """The version with this content, and whether it is new; the same content is the same version, whoever brings it."""
    content = config_hash(config)
    same = table.numbered(unit, name, content)
    if same:
        return table.version(unit, name, same), False
    agent = (table.agent(unit, name) or Agent(name)).grown()
    version = Version(agent.latest, content, config.model_id, author, message, unit.now())
    table.save(unit, agent)
    table.add(unit, name, version, config)
    unit.announce(AgentRegistered(
        agent=name, version=agent.latest, config_hash=content, config=config, author=author, message=message,
    ))
    return version, True


def point(unit: Unit, agent: Agent, alias: str, to: Version, cause: str, rollout_id: str | None = None) -> Agent:
    """The agent whose alias names that version from now on."""
    after = agent.moved(alias, to, cause, unit.now(), rollout_id)
    table.save(unit, after)
    table.record_move(unit, agent.name, alias, after.aliases[alias])
    unit.announce(after.as_event(alias))
    return after
