"""Running a part in a process of its own: what it patches ends with it, and where it fails the others go on."""

import json
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Figure
from benchmarks.record import Machine, Part, now
from infra.accounts import ROOT

MARK = "figures: "  # what is behind it on its line is JSON
_LOOK = 0.5  # seconds
_LONGEST = 900  # seconds of a part; the whole laptop needs a quarter of it


def run(name: str) -> Part:
    """Measure one part; never raises for what is wrong in it."""
    at, others, start = now(), round(cores_of_others(), 2), time.perf_counter()
    figures, error = _measured(name)
    return Part(name, at, round(time.perf_counter() - start, 1), others, Machine.here(), figures, error)


def measure(name: str) -> list[Figure]:
    """In this very process."""
    figures: list[Figure] = import_module(f"benchmarks.{name}").figures()
    return figures


def cores_of_others() -> float:
    """How many cores are at work while nothing of ours is."""
    before = _busy_ticks()
    time.sleep(_LOOK)
    return (_busy_ticks() - before) / os.sysconf("SC_CLK_TCK") / _LOOK


def _busy_ticks() -> int:
    """Clock ticks in which a core was at work, of all cores; 0 where the system does not tell."""
    told = Path("/proc/stat")
    if not told.exists():
        return 0
    user, nice, system, _, _, irq, softirq, steal = map(int, told.read_text().split()[1:9])
    return user + nice + system + irq + softirq + steal


def _measured(name: str) -> tuple[tuple[Figure, ...], str]:
    command = [sys.executable, "-m", "benchmarks", name, "--here"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        return (), f"not done after {_LONGEST} s"
    told = [line.removeprefix(MARK) for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not told:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return (), said[-1][:200]
    return tuple(Figure(**figure) for figure in json.loads(told[-1])), ""
