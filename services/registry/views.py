"""How agents, versions and aliases are shown."""

from collections.abc import Sequence
from typing import Any

from services.registry.model import Agent, Alias, Version


def as_row(agent: Agent) -> dict[str, Any]:
    """An agent in a list."""
    aliases = {name: alias.version for name, alias in sorted(agent.aliases.items())}
    return {"agent": agent.name, "latest_version": agent.latest, "aliases": aliases}


def as_agent(agent: Agent, versions: Sequence[Version]) -> dict[str, Any]:
    return {
        "agent": agent.name,
        "latest_version": agent.latest,
        "aliases": [{"alias": name, **as_alias(alias)} for name, alias in sorted(agent.aliases.items())],
        "versions": [as_version(version) for version in versions],
    }


def as_version(version: Version) -> dict[str, Any]:
    """A version without its prompts."""
    return {
        "version": version.number, "config_hash": version.config_hash, "model_id": version.model_id,
        "author": version.author, "message": version.message, "registered_at": version.registered_at.isoformat(),
    }


def as_alias(alias: Alias) -> dict[str, Any]:
    return {
        "version": alias.version, "config_hash": alias.config_hash, "revision": alias.revision,
        "from_version": alias.from_version, "moved_at": alias.moved_at.isoformat(), "cause": alias.cause,
    }
