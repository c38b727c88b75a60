"""Cases of an evaluation run at the same time: how much longer they take than the model alone must need."""

import time
from collections.abc import Callable

from benchmarks.measure import Figure, interleaved, seconds
from services.evaluation.runner import run

_LATENCY = 0.2  # seconds, of a model whose only work is to wait
_CASES = {10: 200, 50: 1_000}  # for each concurrency so many cases that both take four seconds
_ROUNDS = 3


def figures() -> list[Figure]:
    times = interleaved({str(concurrency): _running(concurrency) for concurrency in _CASES}, _ROUNDS)
    return [_figure(concurrency, times[str(concurrency)]) for concurrency in _CASES]


def _running(concurrency: int) -> Callable[[], float]:
    return lambda: seconds(lambda: _run(concurrency))


def _run(concurrency: int) -> None:
    cases = range(_CASES[concurrency])
    answers = list(run(cases, _asked, concurrency))
    if len(answers) != len(cases):
        raise AssertionError(f"{len(answers)} of {len(cases)} cases were run")


def _asked(case: int) -> int:
    time.sleep(_LATENCY)
    return case


def _figure(concurrency: int, took: float) -> Figure:
    needed = _CASES[concurrency] * _LATENCY / concurrency
    name = f"an evaluation's {_CASES[concurrency]} cases, {concurrency} at a time / n * latency / concurrency"
    return Figure(name, took / needed, "x", 1.05)
