"""Table Rollouts: rollouts with all their changes, and what is known of the agents that they are about."""

from datetime import UTC, datetime

from services.deployer.agents import Agent, Version
from services.deployer.alarms import Raised
from services.deployer.deployment import Deployment
from services.deployer.plan import stored_plan
from services.deployer.verdict import Verdict
from shared.store import Item, Key, Store
from shared.unit import Unit

AGENTS, ROLLOUTS = "AGENTS", "ROLLOUTS"
_MOST = 1000


def agent_key(name: str) -> Key:
    """All agents in one place: they are few, and one query finds every active rollout."""
    return AGENTS, name


def version_key(name: str, version: int) -> Key:
    return f"AGENT#{name}", f"V#{version:09d}"


def content_key(name: str, config_hash: str) -> Key:
    return f"AGENT#{name}", f"HASH#{config_hash}"


def verdict_key(name: str, candidate_hash: str, baseline_hash: str) -> Key:
    return f"AGENT#{name}", f"EVALUATION#{candidate_hash}#{baseline_hash}"


def alarm_key(name: str, about: str) -> Key:
    return f"AGENT#{name}", f"ALARM#{about}"


def rollout_key(rollout_id: str) -> Key:
    return f"ROLLOUT#{rollout_id}", "STATE"


def agent(unit: Unit, name: str) -> Agent:
    return _agent(name, unit.item(agent_key(name)) or {})


def save_agent(unit: Unit, agent: Agent) -> None:
    unit.put(agent_key(agent.name), agent.model_dump(exclude={"name"}))


def version(unit: Unit, name: str, number: int) -> Version | None:
    item = unit.item(version_key(name, number))
    return Version.model_validate(item) if item else None


def keep_version(unit: Unit, name: str, number: int, known: Version) -> None:
    if version(unit, name, number) == known:
        return
    unit.put(version_key(name, number), known.model_dump())
    unit.put(content_key(name, known.config_hash), {"version": number})


def numbered(unit: Unit, name: str, config_hash: str) -> int | None:
    """The version that has this content."""
    item = unit.item(content_key(name, config_hash))
    return int(item["version"]) if item else None


def verdict(unit: Unit, rollout: Deployment) -> Verdict | None:
    """What is known of exactly these two contents."""
    item = unit.item(verdict_key(rollout.agent, rollout.candidate_hash, rollout.baseline.config_hash))
    return Verdict.model_validate(item) if item else None


def keep_verdict(unit: Unit, key: Key, said: Verdict) -> None:
    """The latest of several, in whatever order they arrive."""
    before = unit.item(key)
    if not before or Verdict.model_validate(before).at < said.at:
        unit.put(key, said.model_dump(mode="json"))


def alarm(unit: Unit, name: str, about: str) -> Raised | None:
    """What was last heard of an alarm on an arm of this agent's rollouts."""
    item = unit.item(alarm_key(name, about))
    return Raised.model_validate(item) if item else None


def rollout(unit: Unit, rollout_id: str) -> Deployment | None:
    item = unit.item(rollout_key(rollout_id))
    return _rollout(item) if item else None


def active(unit: Unit, name: str) -> Deployment | None:
    """The agent's rollout that has not ended."""
    rollout_id = agent(unit, name).active
    return rollout(unit, rollout_id) if rollout_id else None


def save(unit: Unit, rollout: Deployment) -> Deployment:
    """The rollout as it is now, and what changed beside all earlier changes."""
    key = rollout_key(rollout.rollout_id)
    unit.put(key, rollout.model_dump(mode="json", exclude={"plan"}) | {"plan": rollout.plan.model_dump_json()})
    unit.create((key[0], f"CHANGE#{rollout.revision:06d}"), {
        "revision": rollout.revision, "at": rollout.changed_at.isoformat(), "change": rollout.change,
        "percent": rollout.percent, "reason": rollout.reason, "by": rollout.by,
    })
    if rollout.revision == 1:
        place = f"{_moment(rollout.requested_at)}#{rollout.rollout_id}"
        unit.create((ROLLOUTS, place), {"rollout_id": rollout.rollout_id, "agent": rollout.agent})
    return rollout


def find(store: Store, rollout_id: str) -> Deployment | None:
    key = rollout_key(rollout_id)
    item = store.get([key]).get(key)
    return _rollout(item) if item else None


def changes(store: Store, rollout_id: str) -> list[Item]:
    """Every change of a rollout, oldest first."""
    return store.query(rollout_key(rollout_id)[0], prefix="CHANGE#", limit=_MOST)


def rollouts(store: Store, agent: str, status: str, limit: int) -> list[Deployment]:
    """Rollouts, newest first; of one agent and in one status where these are named."""
    lines = store.query(ROLLOUTS, limit=_MOST, newest_first=True)
    keys = [rollout_key(line["rollout_id"]) for line in lines if agent in ("", line["agent"])]
    stored = store.get(keys if status else keys[:limit])
    found = [_rollout(stored[key]) for key in keys if key in stored]
    return [one for one in found if status in ("", one.status)][:limit]


def all_active(store: Store) -> list[str]:
    """The ids of all rollouts that have not ended, at most one of each agent."""
    known = [_agent(row["sk"], row) for row in store.query(AGENTS, limit=_MOST)]
    return [agent.active for agent in known if agent.active]


def _agent(name: str, item: Item) -> Agent:
    return Agent.model_validate(item | {"name": name})


def _rollout(item: Item) -> Deployment:
    return Deployment.model_validate(item | {"plan": stored_plan(item["plan"])})


def _moment(at: datetime) -> str:
    """In the form whose order is the order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
