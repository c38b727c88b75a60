"""How versions and aliases move; pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from shared.events.registry import AliasMoved


@dataclass(frozen=True)
class Version:
    """The number of a config for ever, with who registered it and why."""

    number: int
    config_hash: str
    model_id: str
    author: str
    message: str
    registered_at: datetime


@dataclass(frozen=True)
class Alias:
    """Where a pointer stands; its revision only grows."""

    version: int
    config_hash: str
    revision: int
    moved_at: datetime
    cause: str
    from_version: int | None = None


@dataclass(frozen=True)
class Agent:
    """A named writer: how many versions it has and where its aliases point."""

    name: str
    latest: int = 0
    aliases: dict[str, Alias] = field(default_factory=dict)

    def grown(self) -> Self:
        """The agent with room for one more version; no number is left out."""
        return replace(self, latest=self.latest + 1)

    def revision(self, alias: str) -> int:
        """How often the alias moved."""
        return self.aliases[alias].revision if alias in self.aliases else 0

    def moved(self, alias: str, to: Version, cause: str, at: datetime) -> Self:
        """The agent whose alias points at that version."""
        before = self.aliases.get(alias)
        pointer = Alias(
            version=to.number, config_hash=to.config_hash, revision=self.revision(alias) + 1, moved_at=at, cause=cause,
            from_version=before.version if before else None,
        )
        return replace(self, aliases=self.aliases | {alias: pointer})

    def as_event(self, alias: str) -> AliasMoved:
        pointer = self.aliases[alias]
        return AliasMoved(
            agent=self.name, alias=alias, revision=pointer.revision, from_version=pointer.from_version,
            to_version=pointer.version, config_hash=pointer.config_hash, cause=pointer.cause,
        )
