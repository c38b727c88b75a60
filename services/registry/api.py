"""How versions are registered and aliases moved, and what can be asked of the registry."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.registry import table
from services.registry.model import Agent, Version
from services.registry.views import as_agent, as_alias, as_row, as_version
from shared.api import Api, Refusal, Unknown
from shared.events.registry import AgentName, AgentRegistered, AliasName, config_hash
from shared.unit import Unit
from shared.writing.submitted import Submitted

app = Api("registry")
_MOST = 1000
Line = Annotated[str, Field(min_length=1, max_length=500)]


class Registration(BaseModel):
    """A config under an agent's name, with who says so and why."""

    model_config = ConfigDict(extra="forbid")

    agent: AgentName
    config: Submitted
    author: Line
    message: Line


class Move(BaseModel):
    """Where an alias is to point; with ``expected_revision`` only if nobody moved it since it was looked at."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    cause: Line = "moved by hand"
    expected_revision: int | None = Field(default=None, ge=0)


@app.post("/agents")
def register(given: Registration) -> dict[str, Any]:
    """A version for this content: a new one, or the one that has it already."""
    return app.command(partial(_register, given=given), correlation=f"agent-{given.agent}")


@app.get("/agents")
def agents() -> list[dict[str, Any]]:
    return [as_row(agent) for agent in table.agents(app.store())]


@app.get("/agents/<name>")
def show(name: str, limit: int = 100) -> dict[str, Any]:
    """The agent with its aliases and its versions, newest first."""
    agent = _known(table.find(app.store(), name), name)
    return as_agent(agent, table.versions(app.store(), name, max(1, min(limit, _MOST))))


@app.get("/agents/<name>/versions/<number>")
def show_version(name: str, number: int) -> dict[str, Any]:
    version = table.find_version(app.store(), name, number)
    if not version:
        raise _no_version(_known(table.find(app.store(), name), name), number)
    config = table.config(app.store(), name, version.config_hash)
    return {"agent": name, **as_version(version), "config": config.model_dump(mode="json")}


@app.get("/agents/<name>/aliases/<alias>")
def show_alias(name: str, alias: str, at: AwareDatetime | None = None) -> dict[str, Any]:
    """Where the alias points, or where it pointed at a moment; nothing ever stands in for an alias that is missing."""
    agent = _known(table.find(app.store(), name), name)
    if at is None:
        pointer = agent.aliases.get(alias)
    else:
        pointer = next((move for move in table.moves(app.store(), name, alias, _MOST) if move.moved_at <= at), None)
    if not pointer:
        raise _no_alias(f"{name} has no alias {alias!r}" + (f" at {at.isoformat()}" if at else ""))
    return {"agent": name, "alias": alias, **as_alias(pointer)}


@app.put("/agents/<name>/aliases/<alias>")
def move(name: AgentName, alias: AliasName, to: Move) -> dict[str, Any]:
    """Point the alias at a version; where it points there already, nothing happens."""
    return app.command(partial(_move, name=name, alias=alias, to=to), correlation=f"agent-{name}")


@app.get("/agents/<name>/aliases/<alias>/history")
def history(name: str, alias: str, limit: int = 100) -> list[dict[str, Any]]:
    """Every move of the alias, newest first: what was there at any time, and why."""
    _known(table.find(app.store(), name), name)
    return [as_alias(move) for move in table.moves(app.store(), name, alias, max(1, min(limit, _MOST)))]


def _register(unit: Unit, given: Registration) -> dict[str, Any]:
    content = config_hash(given.config)
    same = table.numbered(unit, given.agent, content)
    if same:
        return {"agent": given.agent, "version": same, "config_hash": content, "created": False}
    agent = (table.agent(unit, given.agent) or Agent(given.agent)).grown()
    version = Version(agent.latest, content, given.config.model_id, given.author, given.message, unit.now())
    table.save(unit, agent)
    table.add(unit, agent.name, version, given.config)
    unit.announce(AgentRegistered(
        agent=agent.name, version=agent.latest, config_hash=content, config=given.config, author=given.author,
        message=given.message,
    ))
    return {"agent": agent.name, "version": agent.latest, "config_hash": content, "created": True}


def _move(unit: Unit, name: str, alias: str, to: Move) -> dict[str, Any]:
    agent = _known(table.agent(unit, name), name)
    before = agent.aliases.get(alias)
    if to.expected_revision not in (None, agent.revision(alias)):
        raise _stale(agent, alias)
    version = table.version(unit, name, to.version)
    if not version:
        raise _no_version(agent, to.version)
    if before and before.version == to.version:
        return {"agent": name, "alias": alias, **as_alias(before), "moved": False}
    after = agent.moved(alias, version, to.cause, unit.now())
    table.save(unit, after)
    table.record_move(unit, name, alias, after.aliases[alias])
    unit.announce(after.as_event(alias))
    return {"agent": name, "alias": alias, **as_alias(after.aliases[alias]), "moved": True}


def _known(agent: Agent | None, name: str) -> Agent:
    if not agent:
        raise Unknown(f"There is no agent {name!r}: register its first version.")
    return agent


def _no_alias(missing: str) -> Refusal:
    return Refusal("alias_missing", f"{missing}: point it at a version.", HTTPStatus.NOT_FOUND)


def _no_version(agent: Agent, number: int) -> Refusal:
    message = f"{agent.name} has no version {number}; it has 1 to {agent.latest}."
    return Refusal("version_missing", message, HTTPStatus.NOT_FOUND)


def _stale(agent: Agent, alias: str) -> Refusal:
    pointer = agent.aliases.get(alias)
    now = f"is at revision {pointer.revision} (version {pointer.version})" if pointer else "does not exist"
    return Refusal("moved_meanwhile", f"{alias} {now} now: somebody moved it. Look at it, then repeat.")
