"""What the API is given."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.deployer.plan import Plan
from shared.events import registry
from shared.events.deployer import DeploymentRequested
from shared.writing.submitted import Submitted

Person = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]  # an id, never an address
Line = Annotated[str, Field(min_length=1, max_length=500)]


class Asked(BaseModel):
    """Who wants a rollout of which agent, and by which plan."""

    model_config = ConfigDict(extra="forbid")

    agent: registry.AgentName
    by: Person
    plan: Plan = Plan()


class NewContent(Asked):
    """... of content that may be new to the registry."""

    config: Submitted
    author: Line
    message: Line

    @property
    def config_hash(self) -> str:
        return registry.config_hash(self.config)

    def as_event(self, rollout_id: str) -> DeploymentRequested:
        return DeploymentRequested(
            rollout_id=rollout_id, agent=self.agent, config_hash=self.config_hash, config=self.config,
            author=self.author, message=self.message,
        )


class KnownVersion(Asked):
    """... of a version that is registered."""

    candidate: int = Field(ge=1)
    reason: Line = "asked for"


class Said(BaseModel):
    """Who orders something, and why."""

    model_config = ConfigDict(extra="forbid")

    by: Person
    reason: Line
