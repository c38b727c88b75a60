"""Which stacks of an account are behind this checkout, by the commits that they were built from."""

import subprocess
from collections.abc import Iterable, Iterator

from infra.accounts import ROOT
from infra.affected import affected
from infra.promotion import ledger
from infra.promotion.target import Target


def behind(target: Target, stacks: Iterable[str]) -> Iterator[str]:
    """Those that a file goes into which changed since; and those of which nobody knows what they were built from."""
    for stack in stacks:
        current = ledger.read(target, stack).current
        changed = changed_since(current.commit) if current else None
        if changed is None or stack in affected(changed):
            yield stack


def changed_since(commit: str) -> list[str] | None:
    """The paths that differ from a commit; None for one that git does not know, such as one with changes on top."""
    asked = ["git", "diff", "--name-only", commit or "unknown", "--"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.splitlines() if told.returncode == 0 else None
