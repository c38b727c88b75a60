"""The deterministic simulation: whole referrals a second on one core, with its faults, healing and all promises checked."""

import time

from benchmarks.measure import Figure
from tests.simulation.run import Run

_SEEDS = 60


def figures() -> list[Figure]:
    Run(0).go()  # routes and contracts are built once
    start, jobs = time.process_time(), 0
    for seed in range(_SEEDS):
        run = Run(seed)
        if run.go():
            raise AssertionError(f"seed {seed} breaks a promise: make simulate SEED={seed} SEEDS=1")
        jobs += len({action.about for action in run.actions if action.what == "job"})
    took = time.process_time() - start
    return [
        Figure("simulation: referrals, each from a job to its end, with faults", jobs / took, "referrals/s"),
        Figure("simulation: one seed", 1000 * took / _SEEDS, "ms"),
    ]
