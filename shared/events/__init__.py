"""The contracts: what may travel on the bus, and how it is wrapped.

Upstream systems put plain facts. Our services wrap theirs as ``{"metadata": {...}, "data": {...}}``.
The class is the contract: its name is the detail-type, its fields are the data.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.clock import derived_id


class Metadata(BaseModel):
    """Who said it, when, and because of what."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    occurred_at: AwareDatetime
    correlation_id: str
    causation_id: str | None = None
    version: int = 1
    producer: str


class Event(BaseModel):
    """A past-tense fact that one of our services announces."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    source: ClassVar[str]
    contract_version: ClassVar[int] = 1

    @classmethod
    def detail_type(cls) -> str:
        return cls.__name__

    @classmethod
    def came_from(cls, source: str) -> bool:
        return source == cls.source

    @classmethod
    def source_pattern(cls) -> list[Any]:
        """The ``source`` part of a rule that listens for this event."""
        return [cls.source]

    @classmethod
    def unwrap(cls, detail: dict[str, Any]) -> tuple[Self, Metadata]:
        """The event in a detail and its metadata; raises ValidationError with every problem at once."""
        return cls.model_validate(detail.get("data")), Metadata.model_validate(detail.get("metadata"))

    def wrap(self, metadata: Metadata) -> str:
        """The detail that travels, as JSON."""
        return f'{{"metadata":{metadata.model_dump_json()},"data":{self.model_dump_json()}}}'

    def correlation(self) -> str | None:
        """The story this event starts; None where it continues its cause's story."""
        return None

    def unknown_fields(self) -> int:
        """How many fields the sender filled that this contract does not know; those of our own are not kept."""
        return 0


class UpstreamFact(Event):
    """A business fact from a system that is not ours: plain detail, recognised by its business key."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="allow", coerce_numbers_to_str=True)

    source: ClassVar[str] = "upstream."

    @classmethod
    def came_from(cls, source: str) -> bool:
        return source.startswith(cls.source)

    @classmethod
    def source_pattern(cls) -> list[Any]:
        return [{"prefix": cls.source}]

    @classmethod
    def unwrap(cls, detail: dict[str, Any]) -> tuple[Self, Metadata]:
        fact = cls.model_validate(detail)
        return fact, fact.metadata()

    def unknown_fields(self) -> int:
        return sum(_extras(value) for value in (self, *self.__dict__.values()))

    def metadata(self) -> Metadata:
        """What the fact says of itself: the same fact always has the same event id."""
        return Metadata(
            event_id=derived_id(self.detail_type(), self.business_key()),
            occurred_at=self.happened_at(),
            correlation_id=self.correlation() or self.business_key(),
            version=self.contract_version,
            producer="upstream",
        )

    def business_key(self) -> str:
        """What makes two deliveries the same fact."""
        raise NotImplementedError

    def happened_at(self) -> datetime:
        raise NotImplementedError


def _extras(value: Any) -> int:
    return len(getattr(value, "model_extra", None) or ())
