"""docs/benchmarks.md: one table of all figures, with machine and versions, and what changed since the last time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import PARTS
from benchmarks.measure import Figure
from benchmarks.record import Change, Machine, Part, Record

_HEAD = """# Benchmarks

Written by `make bench`; do not edit. What a part measures stands in its module of `benchmarks/`.
A ratio (x) compares two things that took turns on the same machine, so that it holds on others; times and rates do not.
"""


def write(record: Record, fresh: Sequence[Part], compared: Sequence[Change], path: Path) -> None:
    path.write_text(text(record, fresh, compared))


def text(record: Record, fresh: Sequence[Part], compared: Sequence[Change]) -> str:
    parts = sorted(record.parts.values(), key=lambda part: _place(part.name))
    changed = {(change.part, change.now.name): change for change in compared}
    known = [(part.name, figure) for part in parts for figure in part.figures]
    rows = [_row(part, figure, changed.get((part, figure.name))) for part, figure in known]
    return "\n".join([
        _HEAD, *(f"- {sentence}" for sentence in [*_failures(fresh), *_missing(parts), *_busy(parts), *verdict(compared)]), "",
        "| part | figure | measured | limit | holds | last | worse by |", "|---|---|---|---|---|---|---|", *rows, "",
        "## When and where", "",
        "| part | measured at | seconds | busy cores of others |", "|---|---|---|---|", *map(_origin, parts), "",
        *_machines(parts), "",
    ])


def verdict(compared: Sequence[Change]) -> Iterator[str]:
    """What became worse beyond noise, a sentence each."""
    worse = [change for change in compared if change.beyond_noise and change.by > 0]
    for change in worse:
        then, now = change.then, change.now
        values = f"{number(then.value)} {then.unit} before, {number(now.value)} {now.unit} now"
        yield f"Worse: {now.name}: {values} ({change.by:+.0%}, noise {now.chance:.0%})."
    if not worse:
        yield f"Nothing became worse beyond noise; {len(compared)} figures were compared with the last ones."


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def bound(figure: Figure) -> str:
    return "" if figure.limit is None else f"{'>=' if figure.at_least else '<='} {figure.limit:g}"


def holds(figure: Figure) -> str:
    return "" if figure.limit is None else ("yes" if figure.holds else "NO")


def _row(part: str, figure: Figure, change: Change | None) -> str:
    last = number(change.then.value) if change else ""
    by = f"{change.by:+.0%}" + (" (!)" if change.beyond_noise and change.by > 0 else "") if change else ""
    cells = [part, figure.name, f"{number(figure.value)} {figure.unit}", bound(figure), holds(figure), last, by]
    return f"| {' | '.join(cells)} |"


def _origin(part: Part) -> str:
    return f"| {part.name} | {part.at} | {part.seconds:g} | {part.others:g} |"


def _machines(parts: Sequence[Part]) -> Iterator[str]:
    """Each machine once, with the parts that were measured on it."""
    for machine in dict.fromkeys(_machine(part.machine) for part in parts):
        yield f"- {machine}: {', '.join(part.name for part in parts if _machine(part.machine) == machine)}"


def _machine(machine: Machine) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    return f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}; {versions}"


def _failures(fresh: Sequence[Part]) -> Iterator[str]:
    for part in fresh:
        if part.error:
            yield f"**{part.name} could not be measured**: `{part.error}`. Its last figures stay."


def _missing(parts: Sequence[Part]) -> Iterator[str]:
    known = {part.name for part in parts if part.figures}
    missing = [name for name in PARTS if name not in known]
    if missing:
        yield f"Not measured yet: {', '.join(missing)}."


def _busy(parts: Sequence[Part]) -> Iterator[str]:
    busy = [part.name for part in parts if part.busy]
    if busy:
        when = "Others kept more than a quarter of the machine busy when these began"
        yield f"{when}, so read their times with care: {', '.join(busy)}."


def _place(name: str) -> int:
    return PARTS.index(name) if name in PARTS else len(PARTS)
