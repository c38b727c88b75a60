"""What was measured, where and when, as docs/benchmarks.json keeps it; and what became worse since."""

import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import PARTS
from benchmarks.measure import COUNTED, RATIO, Figure
from infra.accounts import ROOT

FILE = ROOT / "docs" / "benchmarks.json"
PACKAGES = ("boto3", "aws-lambda-powertools", "pydantic", "ministack")
_CALM = 4  # a machine is calm while others keep at most one core in four busy
_CPU_NAMES = ("model name", "Model", "Hardware")  # of /proc/cpuinfo, on different processors


@dataclass(frozen=True)
class Machine:
    """Where it was measured; absolute figures of two machines are never compared."""

    processor: str
    cores: int
    memory_gb: int
    system: str
    versions: Mapping[str, str]

    @classmethod
    def here(cls) -> "Machine":
        versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(_processor(), os.cpu_count() or 1, round(memory / 2**30), platform.system(), versions)

    def same(self, other: "Machine") -> bool:
        """Whether it has the same hardware; other versions are what one wants to compare."""
        return (self.processor, self.cores, self.memory_gb) == (other.processor, other.cores, other.memory_gb)


@dataclass(frozen=True)
class Part:
    """What one benchmark measured; ``error`` says why it did not end.

    ``others`` is how many cores others kept busy when it began.
    """

    name: str
    at: str
    seconds: float
    others: float
    machine: Machine
    figures: tuple[Figure, ...] = ()
    error: str = ""

    @property
    def busy(self) -> bool:
        """Whether others had so much of the machine that times mean little."""
        return self.others > self.machine.cores / _CALM

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Part":
        figures = tuple(Figure(**figure) for figure in told["figures"])
        return cls(**told | {"figures": figures, "machine": Machine(**told["machine"])})


@dataclass(frozen=True)
class Record:
    """The newest figures of every part; those of one that failed are the last that there were, with their own date."""

    parts: Mapping[str, Part] = field(default_factory=dict)

    def with_parts(self, *fresh: Part) -> "Record":
        kept = {part.name: part for part in fresh if not part.error or part.name not in self.parts}
        return Record({**self.parts, **kept})

    def save(self, path: Path = FILE) -> None:
        path.write_text(json.dumps([asdict(part) for part in self.parts.values()], indent=1) + "\n")

    @classmethod
    def last(cls, path: Path = FILE) -> "Record":
        """What was kept of parts that there still are; empty where nothing was."""
        told = json.loads(path.read_text()) if path.exists() else []
        return cls({part["name"]: Part.of(part) for part in told if part["name"] in PARTS})


@dataclass(frozen=True)
class Change:
    """A figure then and now; ``by`` is how much worse it is, as a part of what it was, negative where it is better."""

    part: str
    then: Figure
    now: Figure

    @property
    def by(self) -> float:
        if not self.then.value:
            return float(self.now.value > 0)
        grown = self.now.value / self.then.value - 1
        return -grown if self.now.higher_is_better else grown

    @property
    def beyond_noise(self) -> bool:
        return abs(self.by) > self.now.chance + 1e-9


def changes(before: Record, fresh: Part) -> Iterator[Change]:
    """Every figure that can be compared with its last one."""
    last = before.parts.get(fresh.name)
    if not last or fresh.error:
        return
    known, same = {figure.name: figure for figure in last.figures}, fresh.machine.same(last.machine)
    for figure in fresh.figures:
        if figure.name in known and (same or figure.unit == RATIO or figure.unit in COUNTED):
            yield Change(fresh.name, known[figure.name], figure)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    named = dict(line.split(":", 1) for line in lines if ":" in line)
    known = {name.strip(): value.strip() for name, value in named.items()}
    return next((known[name] for name in _CPU_NAMES if name in known), platform.processor() or platform.machine())
