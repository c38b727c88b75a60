"""One version of an agent; pure."""

from dataclasses import dataclass
from datetime import datetime

from shared.events.registry import AgentRetired


@dataclass(frozen=True)
class Retirement:
    """When, by whom and why a version was taken out of use; it is for good, so that no order of events matters."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Version:
    """The number of a config for ever, with who registered it and why."""

    number: int
    config_hash: str
    model_id: str
    author: str
    message: str
    registered_at: datetime
    retired: Retirement | None = None

    def as_retired(self, agent: str) -> AgentRetired:
        """What is announced once it is retired."""
        return AgentRetired(
            agent=agent, version=self.number, config_hash=self.config_hash, reason=self.retired.reason,
        )
