"""Who breaks when contracts change, while every service is deployed by itself; pure.

A service that is deployed today may hear a producer of tomorrow, and one of tomorrow hears what was said until today:
by a producer that is not deployed anew yet, and by the event log. Neither may meet something that it does not understand.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

from infra.contracts.fits import Misfit, misfits
from infra.contracts.known import UPSTREAM
from infra.contracts.schemas import Schema

Reads = Mapping[str, Mapping[str, Set[str]]]  # event -> service -> the fields that it reads


class Break(NamedTuple):
    """Services that do not understand an event any more, and on which field."""

    event: str
    field: str
    services: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        return f"{self.event}{f' {self.field}' if self.field else ''} {self.why}: {', '.join(self.services)}"


@dataclass(frozen=True)
class Edition:
    """The contracts of one moment: each event's schemas by version, and who reads what.

    ``older`` has, of each event, the versions from which the next one can be made.
    """

    schemas: Mapping[str, Mapping[int, Schema]]
    reads: Reads
    older: Mapping[str, Set[int]]

    def version(self, event: str) -> int:
        return max(self.schemas[event])

    def readers(self, event: str) -> tuple[str, ...]:
        return tuple(sorted(self.reads.get(event, {})))


def breaks(released: Edition, now: Edition) -> list[Break]:
    """Everything that would fail or be lost; empty where each service may be deployed before or after any other."""
    found = [one for event in sorted(released.schemas) for one in _of(event, released, now)]
    return [one for one in found if one.services]


def advice(released: Edition, now: Edition) -> list[str]:
    """In which order to go, where nothing breaks and yet the order matters."""
    found: list[str] = []
    for event in sorted(released.schemas.keys() & now.schemas.keys()):
        readers = ", ".join(now.readers(event))
        if now.version(event) > released.version(event):
            found.append(f"{event} becomes version {now.version(event)}: deploy {readers} first; until then they leave it waiting")
        elif event.startswith(UPSTREAM):
            heard = misfits(_newest(now, event), _newest(released, event))
            found += [f"{event} {one.field} {one.why}: deploy {readers} before upstream says so" for one in heard if not one.silent]
    return found


def _of(event: str, released: Edition, now: Edition) -> Iterator[Break]:
    if event not in now.schemas:
        yield Break(event, "", released.readers(event), "is said by nobody any more")
        return
    before, after = released.version(event), now.version(event)
    for version in sorted(released.schemas[event]):
        if any(step not in now.older.get(event, ()) for step in range(version, after)):
            yield Break(event, "", now.readers(event), f"of version {version} is in the log, and cannot become version {after}")
    if after < before:
        yield Break(event, "", released.readers(event), f"is version {before} already")
    if after == before:
        yield from _same_version(event, released, now)


def _same_version(event: str, released: Edition, now: Edition) -> Iterator[Break]:
    producer = event.partition("/")[0]
    if producer != UPSTREAM:
        for one in misfits(_newest(now, event), _newest(released, event), all_said=True):
            yield Break(event, one.field, _hit(one, event, released), f"{one.why}, to who is deployed")
    for one in misfits(_newest(released, event), _newest(now, event)):
        if not one.silent:
            yield Break(event, one.field, now.readers(event), f"{one.why}, in what {producer} said until now")


def _hit(misfit: Misfit, event: str, released: Edition) -> tuple[str, ...]:
    """Whoever hears it fails; where nothing fails, whoever reads the field misses it."""
    if not misfit.silent:
        return released.readers(event)
    return tuple(sorted(name for name, fields in released.reads.get(event, {}).items() if misfit.field in fields))


def _newest(edition: Edition, event: str) -> Schema:
    return edition.schemas[event][edition.version(event)]
