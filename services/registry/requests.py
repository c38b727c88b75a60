"""What people send with a command."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.events.registry import AgentName
from shared.writing.submitted import Submitted

Line = Annotated[str, Field(min_length=1, max_length=500)]


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Registration(Command):
    """A config under an agent's name, with who says so and why."""

    agent: AgentName
    config: Submitted
    author: Line
    message: Line


class Move(Command):
    """Where an alias is to point; with ``expected_revision`` only if nobody moved it since it was looked at.

    ``force`` moves production although a rollout is under way; the deployer takes the rollout back then.
    """

    version: int = Field(ge=1)
    cause: Line = "moved by hand"
    expected_revision: int | None = Field(default=None, ge=0)
    force: bool = False


class Retiring(Command):
    """Why a version is not to be used any more, and who says so."""

    reason: Line
    by: Line
