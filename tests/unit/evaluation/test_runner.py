"""Cases run side by side, never more than stated, and results are heard one at a time."""

import threading

import pytest

from services.evaluation.runner import run


class Meter:
    """Counts who is inside at the same time; ``full`` says when so many are."""

    def __init__(self, wanted: int) -> None:
        self.inside = self.most = 0
        self.lock, self.full, self.wanted = threading.Lock(), threading.Event(), wanted

    def one(self, case: int) -> int:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside == self.wanted:
                self.full.set()
        assert self.full.wait(5), "they do not run side by side"
        with self.lock:
            self.inside -= 1
        return case * case


@pytest.mark.parametrize("concurrency", [1, 3, 10])
def test_as_many_as_stated_run_at_the_same_time_and_never_more(concurrency: int) -> None:
    meter = Meter(concurrency)
    assert run(range(40), meter.one, concurrency) == [case * case for case in range(40)]
    assert meter.most == concurrency


def test_each_result_is_heard_once_and_in_the_thread_of_the_caller() -> None:
    heard: list[tuple[int, int]] = []
    run(range(20), lambda case: case, 5, lambda result: heard.append((result, threading.get_ident())))
    assert sorted(result for result, _ in heard) == list(range(20))
    assert {thread for _, thread in heard} == {threading.get_ident()}


def test_what_breaks_ends_the_run_and_what_has_not_begun_is_left_out() -> None:
    begun: list[int] = []

    def one(case: int) -> int:
        begun.append(case)
        if case == 0:
            raise ValueError
        threading.Event().wait(0.01)  # all of them would take ten seconds
        return case

    with pytest.raises(ValueError):
        run(range(1_000), one, 1)
    assert len(begun) < 1_000


def test_nothing_to_run_is_no_work() -> None:
    assert run([], lambda case: case, 10) == []
