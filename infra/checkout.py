"""One checkout is deployed from by one process at a time, for the bundles lie in one folder."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PATIENCE = 1.0  # seconds before somebody who waits is told why
_LOOKS = 0.1


@contextmanager
def alone(build: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait until nobody else deploys from this checkout; a process that ends, however it does, lets go by itself."""
    build.mkdir(exist_ok=True)
    with (build / ".lock").open("w") as file:
        if not _taken(file, time.monotonic() + _PATIENCE):
            say(f"waiting: another deployment builds in {build}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _taken(file: IO[str], until: float) -> bool:
    while time.monotonic() < until:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOKS)
        else:
            return True
    return False
