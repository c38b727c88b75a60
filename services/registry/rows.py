"""Agents, versions and aliases as items of the table, and back; no keys."""

from datetime import datetime
from typing import Any

from services.registry.model import Agent, Alias, Underway
from services.registry.version import Retirement, Version
from shared.store import Item


def of_agent(agent: Agent) -> Item:
    aliases = {name: of_alias(alias) for name, alias in agent.aliases.items()}
    rollouts = {name: dict(vars(rollout)) for name, rollout in agent.rollouts.items()}
    return {"latest": agent.latest, "aliases": aliases, "rollouts": rollouts}


def agent(name: str, row: Item) -> Agent:
    aliases = {known: alias(value) for known, value in row["aliases"].items()}
    rollouts = {known: _underway(value) for known, value in row.get("rollouts", {}).items()}
    return Agent(name, int(row["latest"]), aliases, rollouts)


def of_alias(alias: Alias) -> Item:
    return vars(alias) | {"moved_at": alias.moved_at.isoformat()}


def alias(row: dict[str, Any]) -> Alias:
    before = row.get("from_version")
    return Alias(
        version=int(row["version"]), config_hash=row["config_hash"], revision=int(row["revision"]), cause=row["cause"],
        moved_at=datetime.fromisoformat(row["moved_at"]), from_version=None if before is None else int(before),
        rollout_id=row.get("rollout_id"),
    )


def of_version(version: Version) -> Item:
    about = {name: getattr(version, name) for name in ("config_hash", "model_id", "author", "message")}
    end = version.retired
    return {
        "version": version.number, **about, "registered_at": version.registered_at.isoformat(),
        "retired": {"at": end.at.isoformat(), "by": end.by, "reason": end.reason} if end else None,
    }


def version(row: Item) -> Version:
    end = row.get("retired")
    return Version(
        number=int(row["version"]), config_hash=row["config_hash"], model_id=row["model_id"],
        author=row["author"], message=row["message"], registered_at=datetime.fromisoformat(row["registered_at"]),
        retired=Retirement(datetime.fromisoformat(end["at"]), end["by"], end["reason"]) if end else None,
    )


def _underway(row: dict[str, Any]) -> Underway:
    return Underway(**{name: int(value) for name, value in row.items()})
