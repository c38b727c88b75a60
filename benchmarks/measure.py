"""How a figure is taken: several times, the variants in turn, so that a busy machine slows all of them alike."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from infra.accounts import ROOT

RATIO = "x"
COUNTED = {"calls", "items", "transactions", "kB"}
_RATIO_NOISE, _TIME_NOISE = 0.1, 0.25


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, what it may be at most or at least, and in which unit.

    ``noise`` is the part of it that may be chance; None says what its unit says.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    noise: float | None = None

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def higher_is_better(self) -> bool:
        return self.at_least or self.unit.endswith("/s")

    @property
    def chance(self) -> float:
        """By which part of it two runs on the same calm machine may differ."""
        if self.noise is not None:
            return self.noise
        return 0.0 if self.unit in COUNTED else _RATIO_NOISE if self.unit == RATIO else _TIME_NOISE


def interleaved(variants: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each variant over rounds in which all of them take turns."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, take in variants.items():
            taken[name].append(take())
    return {name: median(values) for name, values in taken.items()}


def in_new_process(code: str) -> dict[str, float]:
    """Run code in a fresh interpreter: its wall time and its time on a core in seconds, and its peak memory in bytes."""
    framed = f"import resource, time, json\nstart = time.perf_counter()\n{code}\n" + (
        "print(json.dumps({'seconds': time.perf_counter() - start, 'cpu': time.process_time(),"
        " 'bytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", framed], env=os.environ | ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "PYDANTIC_DISABLE_PLUGINS": "true",
    "POWERTOOLS_SERVICE_NAME": "features",
    "TABLE_NAME": "referral-bench-CustomerFeatures",
    "BUS_NAME": "referral-bench",
    "ACCOUNT": "local",
}
