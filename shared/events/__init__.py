"""The contracts: what may travel on the bus, and how it is wrapped.

Upstream systems put plain facts. Our services wrap theirs as ``{"metadata": {...}, "data": {...}}``.
The class is the contract: its name is the detail-type, its fields are the data.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.clock import derived_id
from shared.events.loops import bounded
from shared.events.unknown import unknown

Upcast = Callable[[dict[str, Any]], dict[str, Any]]  # the data of one version as those of the next


class TooNew(Exception):
    """An event of a later version than this code knows: it waits until this service is deployed anew."""


class Metadata(BaseModel):
    """Who said it, when, and because of what; ``hops`` is how many events of ours led to it, one because of another."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    occurred_at: AwareDatetime
    correlation_id: str
    causation_id: str | None = None
    version: int = 1
    producer: str
    hops: int = 0


_OF_METADATA = frozenset(Metadata.__pydantic_fields__)


class Event(BaseModel):
    """A past-tense fact that one of our services announces.

    ``contract_version`` is raised only where who knows the old version would misunderstand the new one; a new field is no
    reason. ``older`` then has, by version, what makes the data of that version those of the next.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    source: ClassVar[str]
    contract_version: ClassVar[int] = 1
    older: ClassVar[Mapping[int, Upcast]] = {}

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
        """The event in a detail and its metadata; raises TooNew, Endless, or ValidationError with every problem at once."""
        metadata = Metadata.model_validate(detail.get("metadata"))
        bounded(metadata.hops)
        return cls.model_validate(cls._of_today(detail.get("data"), metadata.version)), metadata

    @classmethod
    def _of_today(cls, data: Any, version: int) -> Any:
        """Data of this version or an older one as this code knows them."""
        if version == cls.contract_version:  # nearly always
            return data
        if version > cls.contract_version:
            raise TooNew
        for step in range(version, cls.contract_version):
            data = cls.older[step](data)
        return data

    def wrap(self, metadata: Metadata) -> str:
        """The detail that travels, as JSON."""
        return f'{{"metadata":{metadata.model_dump_json()},"data":{self.model_dump_json()}}}'

    def correlation(self) -> str | None:
        """The story this event starts; None where it continues its cause's story."""
        return None

    def unknown_fields(self, detail: dict[str, Any]) -> int:
        """How many fields of its detail this contract does not know; they are not kept."""
        metadata = detail["metadata"]
        data = self._of_today(detail["data"], metadata.get("version", 1))
        return unknown(self, data) + len(_OF_METADATA.union(metadata)) - len(_OF_METADATA)


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

    def unknown_fields(self, detail: dict[str, Any]) -> int:
        """... and those of upstream systems are kept, for whoever has to mend the fact."""
        return unknown(self, detail)

    def metadata(self) -> Metadata:
        """What the fact says of itself: the same fact always has the same event id."""
        return Metadata(
            event_id=derived_id(self.detail_type(), self.business_key()),
            occurred_at=self.happened_at(),
            correlation_id=self.correlation() or self.business_key(),
            version=self.contract_version,
            producer="upstream",
        )

    @abstractmethod
    def business_key(self) -> str:
        """What makes two deliveries the same fact."""

    @abstractmethod
    def happened_at(self) -> datetime:
        """When it came true, by the clock of whoever says so."""
