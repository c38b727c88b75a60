"""Table Referrals, its part about agents: versions, the pointer to production, rollouts, and whom they divided."""

from services.orchestrator import choice
from services.orchestrator.draft import Author
from services.orchestrator.rollout import Pointer, Rollout
from shared.events.deployer import Change
from shared.events.registry import AgentConfig, AgentRegistered, AliasMoved
from shared.store import Key
from shared.unit import Unit

_ALIAS = "production"


def version_key(agent: str, version: int) -> Key:
    return f"AGENT#{agent}", f"V#{version:09d}"


def alias_key(agent: str, alias: str = _ALIAS) -> Key:
    return f"AGENT#{agent}", f"ALIAS#{alias}"


def rollout_key(agent: str) -> Key:
    """The agent's newest rollout."""
    return f"AGENT#{agent}", "ROLLOUT"


def rolled_back_key(rollout_id: str) -> Key:
    """Stands for ever once this rollout is rolled back, whatever rollouts follow."""
    return f"ROLLOUT#{rollout_id}", "ROLLED_BACK"


def assigned_key(customer_id: str, rollout_id: str) -> Key:
    """Stands once a referral of this customer has counted in this rollout."""
    return f"CUSTOMER#{customer_id}", f"ASSIGNED#{rollout_id}"


def reads_of_choice(agent: str) -> list[Key]:
    return [alias_key(agent), rollout_key(agent)]


def reads_of_rollout(told: Change) -> list[Key]:
    return [rollout_key(told.agent), rolled_back_key(told.rollout_id)]


def reads_of_author(author: Author, customer_id: str) -> list[Key]:
    """Whose keys only the choice could tell."""
    own = [version_key(author.agent, author.version)] if author.version else []
    trial = [assigned_key(customer_id, author.rollout_id)] if author.on_trial else []
    return [*own, *trial, *reads_of_fall(author)]


def reads_of_fall(author: Author | None) -> list[Key]:
    return [rolled_back_key(author.falls_with)] if author and author.falls_with else []


def keep_version(unit: Unit, known: AgentRegistered) -> None:
    item = {"config_hash": known.config_hash, "config": known.config.model_dump(mode="json")}
    unit.once(version_key(known.agent, known.version), item)


def move_alias(unit: Unit, moved: AliasMoved) -> None:
    """Only forward: what was said later counts, in whatever order it arrives."""
    key = alias_key(moved.agent, moved.alias)
    before = unit.item(key)
    if not before or moved.revision > before["revision"]:
        told = {"version": moved.to_version, **moved.model_dump(include={"config_hash", "revision", "rollout_id"})}
        unit.put(key, told)


def follow(unit: Unit, told: Rollout) -> None:
    """Only forward; that a rollout is rolled back is also kept where no later one replaces it."""
    before = unit.item(rollout_key(told.agent))
    if not before or told.supersedes(Rollout.model_validate(before)):
        unit.put(rollout_key(told.agent), told.model_dump(mode="json"))
    if told.rolled_back and not unit.item(rolled_back_key(told.rollout_id)):
        unit.put(rolled_back_key(told.rollout_id), {"at": told.at.isoformat(), "revision": told.revision})


def chosen(unit: Unit, agent: str, customer_id: str) -> Author | None:
    """The version that a customer is given now."""
    return choice.chosen(agent, customer_id, *_followed(unit, agent))


def serving(unit: Unit, agent: str) -> Author | None:
    """The version that is not on trial now."""
    return choice.serving(agent, *_followed(unit, agent))


def config(unit: Unit, author: Author) -> AgentConfig | None:
    """What this version is; None where it is not known under the hash that was named."""
    known = unit.item(version_key(author.agent, author.version)) if author.version else None
    return AgentConfig.model_validate(known["config"]) if known and known["config_hash"] == author.config_hash else None


def fallen(unit: Unit, author: Author | None) -> bool:
    """Whether this author's rollout is rolled back; if it is not, the commit requires that this still holds."""
    keys = reads_of_fall(author)
    for key in keys:
        unit.require(key)
    return any(unit.item(key) for key in keys)


def counted(unit: Unit, author: Author, customer_id: str) -> Author:
    """The author of a referral, which counts where it is the first of its customer in the rollout."""
    if not author.on_trial:
        return author
    key = assigned_key(customer_id, author.rollout_id)
    first = not unit.item(key)
    if first:
        unit.create(key, {"arm": author.arm, "version": author.version})
    return author.model_copy(update={"counts": first})


def _followed(unit: Unit, agent: str) -> tuple[Pointer | None, Rollout | None]:
    pointer, rollout = unit.item(alias_key(agent)), unit.item(rollout_key(agent))
    return Pointer.model_validate(pointer) if pointer else None, Rollout.model_validate(rollout) if rollout else None
