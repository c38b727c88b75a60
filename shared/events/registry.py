"""What the agent registry announces."""

import json
import re
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.events import Event

AgentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,62}$")]
AliasName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
PLACEHOLDERS = frozenset({"company", "examples", "facts", "notes"})  # what a user prompt may ask for, as {{facts}}
PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


def unknown_placeholders(template: str) -> list[str]:
    """What a user prompt asks for that nobody can fill in."""
    return sorted(set(PLACEHOLDER.findall(template)) - PLACEHOLDERS)


def _storable(value: Any) -> Any:
    """What is not understood can still be stored: there are no binary fractions in a table."""
    return json.loads(json.dumps(value, default=str), parse_float=Decimal)


class KeptWhole(BaseModel):
    """A part that is kept whole: what a registry of tomorrow says in it is there when its reader is deployed anew."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Annotated[Any, AfterValidator(_storable)]]


class Inference(KeptWhole):
    """Parameters of the model call."""

    max_tokens: int = Field(default=800, ge=1, le=8192)
    temperature: Decimal = Field(default=Decimal("0"), ge=0, le=1)
    top_p: Decimal | None = Field(default=None, gt=0, le=1)


class Retrieval(KeptWhole):
    """How many similar approved mails the writer is shown."""

    examples: int = Field(default=0, ge=0, le=10)


class AgentConfig(KeptWhole):
    """Everything that determines what an agent writes; its hash is the version's identity."""

    model_id: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    system_prompt: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    user_prompt: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    inference: Inference = Inference()
    retrieval: Retrieval = Retrieval()
    feature_set: list[str] = Field(default_factory=lambda: ["service_count", "satisfaction_avg", "last_service_at"])
    tags: dict[str, str] = Field(default_factory=dict)


def config_hash(config: AgentConfig) -> str:
    """The identity of a config: equal content has an equal hash, whatever its file's order, spelling or defaults."""
    return sha256(json.dumps(config.model_dump(), sort_keys=True, default=_number).encode()).hexdigest()


def _number(value: Any) -> str:
    """0.70 is 0.7."""
    return f"{Decimal(value).normalize():f}"


class AgentRegistered(Event):
    """An immutable agent version exists."""

    source: ClassVar[str] = "referral.registry"

    agent: AgentName
    version: int
    config_hash: str
    config: AgentConfig
    author: str
    message: str

    def correlation(self) -> str:
        return f"agent-{self.agent}"


class AliasMoved(Event):
    """A pointer such as ``production`` names another version; its revision only grows.

    ``rollout_id`` names the rollout that moved it, None where a person did.
    """

    source: ClassVar[str] = "referral.registry"

    agent: AgentName
    alias: AliasName
    revision: int
    from_version: int | None
    to_version: int
    config_hash: str
    cause: str
    rollout_id: str | None = None

    def correlation(self) -> str:
        return f"agent-{self.agent}"


class AgentRetired(Event):
    """A version is not to be used any more: no alias may name it from now on."""

    source: ClassVar[str] = "referral.registry"

    agent: AgentName
    version: int
    config_hash: str
    reason: str

    def correlation(self) -> str:
        return f"agent-{self.agent}"
