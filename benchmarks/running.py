"""Running a part in a process of its own: what it patches ends with it, and where it fails the others go on."""

import json
import os
import signal
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
_PATIENCE = 60  # seconds for taking down
_LONGEST = 900  # seconds of a part; the whole laptop needs a quarter of it


def run(name: str, longest: float = _LONGEST) -> Part:
    """Measure one part; never raises for what is wrong in it."""
    at, others, start = now(), round(cores_of_others(), 2), time.perf_counter()
    figures, error = _measured(name, longest)
    return Part(name, at, round(time.perf_counter() - start, 1), others, Machine.here(), figures, error)


def measure(name: str) -> list[Figure]:
    """In this very process, which ends in good order when it is told to."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
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


def _measured(name: str, longest: float) -> tuple[tuple[Figure, ...], str]:
    command = [sys.executable, "-m", "benchmarks", name, "--here"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as part:
        try:
            told, said = part.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            _stop(part)
            return (), f"not done after {longest:g} s"
    figures = [line.removeprefix(MARK) for line in told.splitlines() if line.startswith(MARK)]
    if part.returncode or not figures:
        return (), (said.strip().splitlines() or [f"exit code {part.returncode}"])[-1][:200]
    return tuple(Figure(**figure) for figure in json.loads(figures[-1])), ""


def _stop(part: "subprocess.Popen[str]") -> None:
    """In such a way that it can take down what it started."""
    part.terminate()
    try:
        part.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        part.kill()
