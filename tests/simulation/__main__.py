"""Many seeds on all cores: `make simulate SEED=0 SEEDS=10000`; a failure is shown by its seed and its shortened history."""

import os
import sys
from collections.abc import Iterable, Iterator
from multiprocessing import Pool
from typing import NamedTuple

from tests.simulation.run import Run
from tests.simulation.shrink import Shrinker
from tests.simulation.sometimes import never, seen

_BAR = 40
_ENOUGH = 500  # seeds after which everything must have happened


class Result(NamedTuple):
    seed: int
    violations: list[str]
    seen: set[str]


def main(first: int, count: int) -> int:
    """0 where every promise was kept; else what broke is told, or what never happened."""
    results = []
    with Pool(min(count, os.cpu_count() or 1)) as pool:
        for result in _shown(pool.imap_unordered(one, range(first, first + count), chunksize=min(10, max(1, count // 20))), count):
            results.append(result)
            if result.violations:
                pool.terminate()
                return told(result.seed, result.violations)
    missing = never(result.seen for result in results) if count >= _ENOUGH else []
    print(f"\n{count} seeds from {first}: every promise was kept." if not missing else f"\nThis never happened: {missing}")
    return len(missing)


def one(seed: int) -> Result:
    run = Run(seed)
    violations = [str(found) for found in run.go()]
    return Result(seed, violations, seen(run.world))


def told(seed: int, violations: list[str]) -> int:
    """Shorten what failed, and say how to have it again."""
    print(f"\nseed {seed}: {violations[0]}\nShortening the history ...")
    last = Shrinker(seed, violations[0].partition(":")[0]).go()
    print("\n".join(line(last)))
    print(f"Again: make simulate SEED={seed} SEEDS=1")
    return 1


def line(run: Run) -> Iterator[str]:
    """The actions that were left, the faults between them, and every mail."""
    yield from (str(action) for action in run.actions)
    yield "Faults that are needed:"
    yield from (f"  {kind} at {point}" for point, kind in run.world.faults.fired.items())
    yield "Mails:"
    yield from (f"  {e.at:7.1f}s {e.what['message_id']} of {e.what['referral']}" for e in run.world.history.of("accepted"))


def _shown(results: Iterable[Result], count: int) -> Iterator[Result]:
    for number, result in enumerate(results, 1):
        done = _BAR * number // count
        print(f"\r[{'#' * done}{' ' * (_BAR - done)}] {number}/{count}", end="", flush=True, file=sys.stderr)
        yield result


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("SEED", 0)), int(os.environ.get("SEEDS", 10_000))))
