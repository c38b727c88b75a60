"""Many cases at the same time, and never more than stated."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Case = TypeVar("Case")
Result = TypeVar("Result")


def run(
    cases: Sequence[Case], one: Callable[[Case], Result], concurrency: int,
    done: Callable[[Result], object] = lambda result: None,
) -> list[Result]:
    """The result of each case, in the order of the cases; ``done`` hears each as soon as it is there, one at a time.

    ``done`` runs beside the cases, so that writing results down holds up nobody. What ``one`` or ``done`` raises ends
    the run: cases that have not begun are left out.
    """
    with ThreadPoolExecutor(max_workers=max(1, min(concurrency, len(cases)))) as pool:
        waiting = [pool.submit(one, case) for case in cases]
        try:
            for finished in as_completed(waiting):
                done(finished.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [finished.result() for finished in waiting]
