"""What the deployer knows of an agent and its versions; pure."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from services.deployer.deployment import Pointer


class Agent(BaseModel):
    """Where production of an agent stands, and its one rollout that has not ended."""

    model_config = ConfigDict(frozen=True)

    name: str
    production: Pointer | None = None
    active: str | None = None

    def moved(self, to: Pointer) -> Self:
        """Only forward: what was said later counts, in whatever order it arrives."""
        behind = not self.production or self.production.revision < to.revision
        return self.model_copy(update={"production": to}) if behind else self

    def busy_with(self, rollout_id: str | None) -> Self:
        return self.model_copy(update={"active": rollout_id})


class Version(BaseModel):
    """A version's content, and whether it may still be used; either may be heard of first."""

    model_config = ConfigDict(frozen=True)

    config_hash: str
    retired: bool = False
