"""What the system tells of processes, where it has ``/proc``."""

import os
from pathlib import Path

TOLD = Path("/proc/self/status").exists()


def alive(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def runs(pid: int, module: str) -> bool:
    """A process that has just been started has no command line yet, and one that has ended has none any more."""
    command = Path(f"/proc/{pid}/cmdline").read_text()
    return module in command or not (command or _stat(pid).startswith("Z"))


def _stat(pid: int) -> str:
    """What the system says of a process behind its name: its state, its parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1]


def parents() -> dict[int, int]:
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found[int(process.name)] = int(_stat(int(process.name)).split()[1])
        except OSError:
            continue
    return found


def family(eldest: set[int]) -> set[int]:
    """These processes, their children, those of their children, ..."""
    known, ancestry = set(eldest), parents()
    while young := {pid for pid, parent in ancestry.items() if parent in known} - known:
        known |= young
    return known


def memory(pid: int) -> int:
    """What a process holds, pages that it shares counted by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
