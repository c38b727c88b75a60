"""A checkpoint of the laptop's AWS: one file with the state of every service, and what was said after it.

Checkpoint 7 is the file ``7.checkpoint``. What was accepted after it stands in ``7.journal``.
"""

import contextlib
import pickle
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

CHECKPOINT, JOURNAL, UNFINISHED = "checkpoint", "journal", "unfinished"
States = Mapping[str, Callable[[], Any]]


def write(folder: Path, number: int, states: States) -> None:
    """All of it or nothing; it takes the place of what came before it."""
    unfinished = path(folder, number, UNFINISHED)
    with unfinished.open("wb") as file:
        for service, state in states.items():
            _dump(file, service, state())
    unfinished.replace(path(folder, number, CHECKPOINT))
    for kind in (CHECKPOINT, JOURNAL, UNFINISHED):
        for old in numbers(folder, kind):
            if old < number:
                path(folder, old, kind).unlink(missing_ok=True)


def read(folder: Path) -> dict[str, Any]:
    """The states of the newest one."""
    return dict(_parts(path(folder, newest(folder), CHECKPOINT)))


def newest(folder: Path) -> int:
    """The number of the last checkpoint; 0 where there is none."""
    return max(numbers(folder, CHECKPOINT), default=0)


def numbers(folder: Path, kind: str) -> list[int]:
    return [int(found.stem) for found in folder.glob(f"*.{kind}") if found.stem.isdecimal()]


def path(folder: Path, number: int, kind: str) -> Path:
    return folder / f"{number}.{kind}"


def _dump(file: BinaryIO, service: str, state: Any) -> None:
    if state is not None:
        pickler = pickle.Pickler(file, protocol=pickle.HIGHEST_PROTOCOL)
        pickler.fast = True  # remembers no object: a state is a tree, and may be large
        pickler.dump((service, state))


def _parts(whole: Path) -> Iterator[tuple[str, Any]]:
    with whole.open("rb") as file, contextlib.suppress(EOFError):
        while True:
            yield pickle.load(file)
