"""How versions and aliases move, and what must not happen to them during a rollout; pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from services.registry.version import Version
from shared.events.registry import AliasMoved

PRODUCTION = "production"


class NotPossible(Exception):
    """What was asked for does not fit how things are; the code is for machines, the message says what to do."""

    def __init__(self, code: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.code, self.details = code, details


class Missing(NotPossible):
    """There is nothing by that name."""


@dataclass(frozen=True)
class Alias:
    """Where a pointer stands; its revision only grows, ``rollout_id`` names the rollout that moved it."""

    version: int
    config_hash: str
    revision: int
    moved_at: datetime
    cause: str
    from_version: int | None = None
    rollout_id: str | None = None


@dataclass(frozen=True)
class Underway:
    """A rollout that is not over: its two versions, and the candidate's share of customers in percent."""

    candidate: int
    baseline: int
    percent: int


@dataclass(frozen=True)
class Agent:
    """A named writer: how many versions it has, where its aliases point, and which rollouts are not over."""

    name: str
    latest: int = 0
    aliases: dict[str, Alias] = field(default_factory=dict)
    rollouts: dict[str, Underway] = field(default_factory=dict)

    def grown(self) -> Self:
        """The agent with room for one more version; no number is left out."""
        return replace(self, latest=self.latest + 1)

    def revision(self, alias: str) -> int:
        """How often the alias moved."""
        return self.aliases[alias].revision if alias in self.aliases else 0

    def moved(self, alias: str, to: Version, cause: str, at: datetime, rollout_id: str | None = None) -> Self:
        """The agent whose alias points at that version."""
        before = self.aliases.get(alias)
        pointer = Alias(
            version=to.number, config_hash=to.config_hash, revision=self.revision(alias) + 1, moved_at=at, cause=cause,
            from_version=before.version if before else None, rollout_id=rollout_id,
        )
        return replace(self, aliases=self.aliases | {alias: pointer})

    def followed(self, rollout_id: str, now: Underway | None) -> Self:
        """The agent that knows where a rollout stands; None where it is over."""
        others = {known: rollout for known, rollout in self.rollouts.items() if known != rollout_id}
        return replace(self, rollouts=others | ({rollout_id: now} if now else {}))

    def released_by(self, rollout_id: str, candidate: int) -> bool:
        """Whether the candidate is in production because of this rollout."""
        pointer = self.aliases.get(PRODUCTION)
        return bool(pointer) and (pointer.rollout_id, pointer.version) == (rollout_id, candidate)

    def expect(self, alias: str, revision: int | None) -> None:
        """Refuse where somebody moved the alias since it was at this revision; None expects nothing."""
        if revision not in (None, self.revision(alias)):
            pointer = self.aliases.get(alias)
            now = f"is at revision {pointer.revision} (version {pointer.version})" if pointer else "does not exist"
            raise NotPossible("moved_meanwhile", f"{alias} {now} now: somebody moved it. Look at it, then repeat.")

    def has(self, number: int, version: Version | None) -> Version:
        """The version with this number, if there is one."""
        if not version:
            raise Missing("version_missing", f"{self.name} has no version {number}; it has 1 to {self.latest}.")
        return version

    def may_point(self, alias: str, to: Version, force: bool) -> None:
        """Refuse a version that is retired, and to move production while a rollout is under way."""
        if to.retired:
            advice = "Point at another one; its content with another tag is a new version."
            raise NotPossible("retired", f"Version {to.number} is retired ({to.retired.reason}). {advice}")
        if alias == PRODUCTION and self.rollouts and not force:
            raise self._rolling_out(min(self.rollouts), "move production by force")

    def may_retire(self, number: int) -> None:
        """Refuse a version that an alias names or a rollout needs."""
        names = ", ".join(sorted(name for name, alias in self.aliases.items() if alias.version == number))
        if names:
            raise NotPossible("in_use", f"{names} of {self.name} names version {number}: point it elsewhere first.")
        needed_by = [name for name, known in self.rollouts.items() if number in (known.candidate, known.baseline)]
        if needed_by:
            raise self._rolling_out(min(needed_by), "wait for its end")

    def _rolling_out(self, rollout_id: str, otherwise: str) -> NotPossible:
        known = self.rollouts[rollout_id]
        said = f"Rollout {rollout_id} tries version {known.candidate} against {known.baseline} ({known.percent} %)"
        advice = f"roll it back first (referral rollouts rollback {rollout_id}), or {otherwise}"
        return NotPossible("in_rollout", f"{said}: {advice}.", rollout_id=rollout_id)

    def as_event(self, alias: str) -> AliasMoved:
        pointer = self.aliases[alias]
        return AliasMoved(
            agent=self.name, alias=alias, revision=pointer.revision, from_version=pointer.from_version,
            to_version=pointer.version, config_hash=pointer.config_hash, cause=pointer.cause,
            rollout_id=pointer.rollout_id,
        )


def known(agent: Agent | None, name: str) -> Agent:
    """The agent, if there is one."""
    if not agent:
        raise Missing("not_found", f"There is no agent {name!r}: register its first version.")
    return agent
