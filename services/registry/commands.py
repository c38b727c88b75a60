"""What people may have done to agents: each command in one transaction; raises NotPossible with what to do instead."""

from dataclasses import replace
from typing import Any

from services.registry import changes, counters, table
from services.registry.model import known
from services.registry.requests import Move, Registration, Retiring
from services.registry.version import Retirement
from services.registry.views import as_alias, as_registered, as_retirement
from shared.unit import Unit


def register(unit: Unit, given: Registration) -> dict[str, Any]:
    version, created = changes.register(unit, given.agent, given.config, given.author, given.message)
    return as_registered(given.agent, version, created)


def move(unit: Unit, name: str, alias: str, to: Move) -> dict[str, Any]:
    agent = known(table.agent(unit, name), name)
    agent.expect(alias, to.expected_revision)
    version = agent.has(to.version, table.version(unit, name, to.version))
    before = agent.aliases.get(alias)
    if before and before.version == to.version:
        return {"agent": name, "alias": alias, **as_alias(before), "moved": False}
    agent.may_point(alias, version, to.force)
    after = changes.point(unit, agent, alias, version, to.cause)
    return {"agent": name, "alias": alias, **as_alias(after.aliases[alias]), "moved": True}


def retire(unit: Unit, name: str, number: int, given: Retiring) -> dict[str, Any]:
    agent = known(table.agent(unit, name), name)
    version = agent.has(number, table.version(unit, name, number))
    answer = {"agent": name, "version": number, "config_hash": version.config_hash}
    if version.retired:
        return {**answer, **as_retirement(version.retired), "changed": False}
    agent.may_retire(number)
    gone = replace(version, retired=Retirement(unit.now(), given.by, given.reason))
    table.save(unit, agent)  # its revision is the lock: no alias moves to this version and no rollout starts meanwhile
    table.save_version(unit, name, gone)
    unit.announce(gone.as_retired(name))
    return {**answer, **as_retirement(gone.retired), "changed": True}


def rebuild(unit: Unit) -> dict[str, Any]:
    fresh = counters.renew(unit)
    return {"generation": fresh.number, "started_at": fresh.started_at}
