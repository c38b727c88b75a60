"""How versions are registered, pointed at and retired, and what can be asked of the registry."""

from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import AwareDatetime

from services.registry import commands, counters, diff, table
from services.registry.model import Agent, Missing, NotPossible, known
from services.registry.performance import Author
from services.registry.requests import Move, Registration, Retiring
from services.registry.version import Version
from services.registry.views import as_agent, as_alias, as_evaluation, as_performance, as_row, as_version
from shared.api import Api, Refusal, refused
from shared.events.registry import AgentConfig, AgentName, AliasName

app = Api("registry")
_MOST = 1000


@app.post("/agents")
def register(given: Registration) -> dict[str, Any]:
    """A version for this content: a new one, or the one that has it already."""
    return app.command(partial(commands.register, given=given), correlation=f"agent-{given.agent}")


@app.get("/agents")
def agents() -> list[dict[str, Any]]:
    """Every agent with its newest version and where its aliases point."""
    return [as_row(agent) for agent in table.agents(app.store())]


@app.get("/agents/<name>")
def show(name: str, limit: int = 100) -> dict[str, Any]:
    """The agent with its aliases and its versions, newest first; each with its performance and its last evaluation."""
    agent = _agent(name)
    versions = table.versions(app.store(), name, _between(limit))
    return as_agent(agent, versions, counters.performances(app.store(), name), table.evaluations(app.store(), name))


@app.get("/agents/<name>/versions/<number>")
def show_version(name: str, number: int) -> dict[str, Any]:
    """One version with its whole content."""
    version = _version(name, number)
    return {"agent": name, **as_version(version), "config": _config(name, version).model_dump(mode="json")}


@app.get("/agents/<name>/versions/<number>/diff/<other>")
def compare(name: str, number: int, other: int) -> dict[str, Any]:
    """Every field in which the second version differs from the first."""
    before, after = _version(name, number), _version(name, other)
    names = (f"version {number}", f"version {other}")
    found = diff.changes(_config(name, before), _config(name, after), names)
    return {"agent": name, "from_version": number, "to_version": other, "changes": found}


@app.get("/agents/<name>/versions/<number>/performance")
def performance(name: str, number: int) -> dict[str, Any]:
    """What became of the version's drafts, as counted from events."""
    _version(name, number)
    counting, figures = counters.performance(app.store(), Author(name, number))
    return {"agent": name, "version": number, **as_performance(figures), **counting.as_said()}


@app.get("/agents/<name>/versions/<number>/evaluations")
def evaluations(name: str, number: int) -> list[dict[str, Any]]:
    """How the version did on history as a candidate, newest first."""
    _version(name, number)
    return [as_evaluation(*one) for one in table.evaluations(app.store(), name, number)]


@app.post("/agents/<name>/versions/<number>/retire")
def retire(name: str, number: int, given: Retiring) -> dict[str, Any]:
    """Take a version out of use for good."""
    work = partial(commands.retire, name=name, number=number, given=given)
    return app.command(work, correlation=f"agent-{name}")


@app.get("/agents/<name>/aliases/<alias>")
def show_alias(name: str, alias: str, at: AwareDatetime | None = None) -> dict[str, Any]:
    """Where the alias points, or where it pointed at a moment; nothing ever stands in for an alias that is missing."""
    agent = _agent(name)
    if at is None:
        pointer = agent.aliases.get(alias)
    else:
        pointer = next((move for move in table.moves(app.store(), name, alias, _MOST) if move.moved_at <= at), None)
    if not pointer:
        missing = f"{name} has no alias {alias!r}" + (f" at {at.isoformat()}" if at else "")
        raise Missing("alias_missing", f"{missing}: point it at a version.")
    return {"agent": name, "alias": alias, **as_alias(pointer)}


@app.put("/agents/<name>/aliases/<alias>")
def move(name: AgentName, alias: AliasName, to: Move) -> dict[str, Any]:
    """Point the alias at a version; where it points there already, nothing happens."""
    return app.command(partial(commands.move, name=name, alias=alias, to=to), correlation=f"agent-{name}")


@app.get("/agents/<name>/aliases/<alias>/history")
def history(name: str, alias: str, limit: int = 100) -> list[dict[str, Any]]:
    """Every move of the alias, newest first: what was there at any time, and why."""
    _agent(name)
    return [as_alias(move) for move in table.moves(app.store(), name, alias, _between(limit))]


@app.post("/performance/rebuild")
def rebuild() -> dict[str, Any]:
    """Forget every count of performance; a replay of the archive fills it again, and new events keep counting."""
    return app.command(commands.rebuild, correlation="performance")


@app.exception_handler(NotPossible)
def not_possible(said: NotPossible) -> Response[str]:
    status = HTTPStatus.NOT_FOUND if isinstance(said, Missing) else HTTPStatus.CONFLICT
    return refused(Refusal(said.code, str(said), status, said.details))


def _agent(name: str) -> Agent:
    return known(table.find(app.store(), name), name)


def _version(name: str, number: int) -> Version:
    version = table.find_version(app.store(), name, number)
    return version or _agent(name).has(number, None)


def _config(name: str, version: Version) -> AgentConfig:
    return table.config(app.store(), name, version.config_hash)


def _between(limit: int) -> int:
    return max(1, min(limit, _MOST))
