"""Waiting for an evaluation: often at first, more rarely the longer it takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Evaluation = dict[str, Any]
_FIRST_NAP, _LONGEST_NAP, _LONGER = 0.25, 2.0, 1.25  # seconds, seconds, times


@dataclass(frozen=True)
class Wait:
    """Looks at an evaluation until it is finished."""

    look: Callable[[], Evaluation]
    sleep: Callable[[float], Any] = time.sleep
    seconds: Callable[[], float] = time.monotonic

    def until_finished(self, found: Evaluation, most: float, told: Callable[[Evaluation], None]) -> Evaluation:
        """The evaluation as it was last seen: finished, or still running after ``most`` seconds."""
        deadline, nap = self.seconds() + most, _FIRST_NAP
        told(found)
        while found["status"] != "finished" and self.seconds() < deadline:
            self.sleep(nap)
            nap = min(_LONGEST_NAP, nap * _LONGER)
            found = self.look()
            told(found)
        return found
