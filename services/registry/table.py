"""Table AgentRegistry: agents with their aliases, versions by number and by content, and every move of an alias."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.registry.model import Agent, Alias, Version
from shared.events.registry import AgentConfig
from shared.store import Item, Key, Store
from shared.unit import Unit

AGENTS = "AGENTS"


def agent_key(name: str) -> Key:
    """All agents in one place: they are few, and one query lists them."""
    return AGENTS, name


def version_key(name: str, number: int) -> Key:
    return f"AGENT#{name}", f"V#{number:09d}"


def content_key(name: str, config_hash: str) -> Key:
    """The content itself, and which version it is; beside the versions, so that a list of them carries no prompts."""
    return f"AGENT#{name}", f"HASH#{config_hash}"


def move_key(name: str, alias: str, revision: int) -> Key:
    return f"AGENT#{name}", f"MOVE#{alias}#{revision:09d}"


def agent(unit: Unit, name: str) -> Agent | None:
    row = unit.item(agent_key(name))
    return _agent(name, row) if row else None


def save(unit: Unit, agent: Agent) -> None:
    aliases = {name: _alias_row(alias) for name, alias in agent.aliases.items()}
    unit.put(agent_key(agent.name), {"latest": agent.latest, "aliases": aliases})


def numbered(unit: Unit, name: str, config_hash: str) -> int | None:
    """The number of the version that has this content."""
    unit.load([agent_key(name), content_key(name, config_hash)])
    row = unit.item(content_key(name, config_hash))
    return int(row["version"]) if row else None


def add(unit: Unit, name: str, version: Version, config: AgentConfig) -> None:
    content = {"version": version.number, "config": config.model_dump(mode="json")}
    unit.create(version_key(name, version.number), _version_row(version))
    unit.create(content_key(name, version.config_hash), content)


def version(unit: Unit, name: str, number: int) -> Version | None:
    row = unit.item(version_key(name, number))
    return _version(row) if row else None


def record_move(unit: Unit, name: str, alias: str, to: Alias) -> None:
    unit.create(move_key(name, alias, to.revision), _alias_row(to))


def agents(store: Store) -> list[Agent]:
    return [_agent(row["sk"], row) for row in store.query(AGENTS)]


def find(store: Store, name: str) -> Agent | None:
    key = agent_key(name)
    row = store.get([key]).get(key)
    return _agent(name, row) if row else None


def find_version(store: Store, name: str, number: int) -> Version | None:
    key = version_key(name, number)
    row = store.get([key]).get(key)
    return _version(row) if row else None


def config(store: Store, name: str, config_hash: str) -> AgentConfig:
    key = content_key(name, config_hash)
    return AgentConfig.model_validate(store.get([key])[key]["config"])


def versions(store: Store, name: str, limit: int) -> list[Version]:
    """Newest first."""
    pk = version_key(name, 0)[0]
    return [_version(row) for row in store.query(pk, prefix="V#", limit=limit, newest_first=True)]


def moves(store: Store, name: str, alias: str, limit: int) -> list[Alias]:
    """Where the alias pointed, newest first."""
    pk = move_key(name, alias, 0)[0]
    return [_alias(row) for row in store.query(pk, prefix=f"MOVE#{alias}#", limit=limit, newest_first=True)]


def _agent(name: str, row: Item) -> Agent:
    return Agent(name, int(row["latest"]), {alias: _alias(value) for alias, value in row["aliases"].items()})


def _alias_row(alias: Alias) -> Item:
    return asdict(alias) | {"moved_at": alias.moved_at.isoformat()}


def _alias(row: dict[str, Any]) -> Alias:
    before = row.get("from_version")
    return Alias(
        version=int(row["version"]), config_hash=row["config_hash"], revision=int(row["revision"]), cause=row["cause"],
        moved_at=datetime.fromisoformat(row["moved_at"]), from_version=None if before is None else int(before),
    )


def _version_row(version: Version) -> Item:
    return {
        "version": version.number, "config_hash": version.config_hash, "model_id": version.model_id,
        "author": version.author, "message": version.message, "registered_at": version.registered_at.isoformat(),
    }


def _version(row: Item) -> Version:
    return Version(
        number=int(row["version"]), config_hash=row["config_hash"], model_id=row["model_id"],
        author=row["author"], message=row["message"], registered_at=datetime.fromisoformat(row["registered_at"]),
    )
