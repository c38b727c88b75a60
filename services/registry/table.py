"""Table AgentRegistry: agents with their aliases, versions by number and by content, moves, rollouts, evaluations."""

from services.registry import rows
from services.registry.model import Agent, Alias
from services.registry.version import Version
from shared.events.deployer import Change, DeploymentRequested
from shared.events.evaluation import EvaluationFinished
from shared.events.registry import AgentConfig
from shared.store import Key, Store
from shared.unit import Unit

AGENTS = "AGENTS"
_ALL = 100_000


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


def rollout_key(name: str, rollout_id: str) -> Key:
    """The newest revision of a rollout that is known, so that an older one changes nothing."""
    return f"AGENT#{name}", f"ROLLOUT#{rollout_id}"


def evaluation_key(agent: str, version: int, evaluation_id: str) -> Key:
    return f"EVALUATIONS#{agent}", f"V#{version:09d}#{evaluation_id}"


def reads_of_deployment(wanted: DeploymentRequested) -> list[Key]:
    return [agent_key(wanted.agent), content_key(wanted.agent, wanted.config_hash)]


def reads_of_rollout(change: Change) -> list[Key]:
    versions = [version_key(change.agent, number) for number in (change.candidate, change.baseline)]
    return [agent_key(change.agent), rollout_key(change.agent, change.rollout_id), *versions]


def reads_of_evaluation(said: EvaluationFinished) -> list[Key]:
    return [evaluation_key(said.agent, said.candidate, said.evaluation_id)]


def agent(unit: Unit, name: str) -> Agent | None:
    row = unit.item(agent_key(name))
    return rows.agent(name, row) if row else None


def save(unit: Unit, agent: Agent) -> None:
    unit.put(agent_key(agent.name), rows.of_agent(agent))


def numbered(unit: Unit, name: str, config_hash: str) -> int | None:
    """The number of the version that has this content."""
    unit.load([agent_key(name), content_key(name, config_hash)])
    row = unit.item(content_key(name, config_hash))
    return int(row["version"]) if row else None


def add(unit: Unit, name: str, version: Version, config: AgentConfig) -> None:
    content = {"version": version.number, "config": config.model_dump(mode="json")}
    unit.create(version_key(name, version.number), rows.of_version(version))
    unit.create(content_key(name, version.config_hash), content)


def version(unit: Unit, name: str, number: int) -> Version | None:
    row = unit.item(version_key(name, number))
    return rows.version(row) if row else None


def save_version(unit: Unit, name: str, version: Version) -> None:
    unit.put(version_key(name, version.number), rows.of_version(version))


def record_move(unit: Unit, name: str, alias: str, to: Alias) -> None:
    unit.create(move_key(name, alias, to.revision), rows.of_alias(to))


def known_revision(unit: Unit, name: str, rollout_id: str) -> int:
    """0 where nothing was heard of this rollout yet."""
    return int((unit.item(rollout_key(name, rollout_id)) or {}).get("revision", 0))


def record_rollout(unit: Unit, change: Change) -> None:
    row = {"revision": change.revision, "percent": change.percent, "at": unit.cause.occurred_at.isoformat()}
    unit.put(rollout_key(change.agent, change.rollout_id), row)


def keep_evaluation(unit: Unit, said: EvaluationFinished) -> None:
    """The newest that was said of this evaluation: it may be scored anew."""
    key = evaluation_key(said.agent, said.candidate, said.evaluation_id)
    finished_at, known = unit.cause.occurred_at.isoformat(), unit.item(key)
    if not known or known["finished_at"] < finished_at:
        unit.put(key, {"finished_at": finished_at, "said": said.model_dump_json()})


def agents(store: Store) -> list[Agent]:
    return [rows.agent(row["sk"], row) for row in store.query(AGENTS)]


def find(store: Store, name: str) -> Agent | None:
    key = agent_key(name)
    row = store.get([key]).get(key)
    return rows.agent(name, row) if row else None


def find_version(store: Store, name: str, number: int) -> Version | None:
    key = version_key(name, number)
    row = store.get([key]).get(key)
    return rows.version(row) if row else None


def config(store: Store, name: str, config_hash: str) -> AgentConfig:
    key = content_key(name, config_hash)
    return AgentConfig.model_validate(store.get([key])[key]["config"])


def versions(store: Store, name: str, limit: int) -> list[Version]:
    """Newest first."""
    pk = version_key(name, 0)[0]
    return [rows.version(row) for row in store.query(pk, prefix="V#", limit=limit, newest_first=True)]


def moves(store: Store, name: str, alias: str, limit: int) -> list[Alias]:
    """Where the alias pointed, newest first."""
    pk = move_key(name, alias, 0)[0]
    return [rows.alias(row) for row in store.query(pk, prefix=f"MOVE#{alias}#", limit=limit, newest_first=True)]


def evaluations(store: Store, agent: str, version: int | None = None) -> list[tuple[str, EvaluationFinished]]:
    """When each evaluation of a version, or of all of the agent's, was finished, and its result; newest first."""
    prefix = "" if version is None else f"V#{version:09d}#"
    found = store.query(f"EVALUATIONS#{agent}", prefix=prefix, limit=_ALL)
    known = [(row["finished_at"], EvaluationFinished.model_validate_json(row["said"])) for row in found]
    return sorted(known, key=lambda one: one[0], reverse=True)
