"""Functions of the laptop are forks of one process that knows the libraries, and behave as processes of their own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ministack.core import lambda_runtime

from infra.local import workers
from infra.local.workers import Nursery, Worker

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Only Linux can watch a process that is no child.")
TELLS = """
import json, os, sys
print("said aside", file=sys.stderr, flush=True)
for line in sys.stdin:
    told = {"heard": line.strip(), "at": os.getcwd(), "environment": dict(os.environ), "modules": sorted(sys.modules)}
    print(json.dumps(told), flush=True)
"""
Bear = Callable[[str], Worker]


class Running:
    """A process of a function, as MiniStack knows it."""

    def __init__(self) -> None:
        self._lock, self.killed = threading.Lock(), threading.Event()

    def kill(self) -> None:
        self.killed.set()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def bear(nursery: Nursery, tmp_path: Path) -> Bear:
    def born(script: str) -> Worker:
        (tmp_path / "_worker.py").write_text(script)
        return nursery.bear(str(tmp_path / "_worker.py"), str(tmp_path), {"TABLE_NAME": "Referrals"})

    return born


def test_a_worker_hears_answers_and_speaks_aside(bear: Bear, tmp_path: Path) -> None:
    worker = bear(TELLS)
    worker.stdin.write("a job\n")
    told = json.loads(worker.stdout.readline())
    assert told["heard"] == "a job"
    assert told["at"] == str(tmp_path)
    assert worker.stderr.readline() == "said aside\n"


def test_a_worker_has_its_own_environment_and_none_of_its_parents(bear: Bear) -> None:
    worker = bear(TELLS)
    worker.stdin.write("\n")
    assert json.loads(worker.stdout.readline())["environment"] == {"TABLE_NAME": "Referrals"}


def test_libraries_are_there_before_it_and_our_own_code_is_not(bear: Bear) -> None:
    worker = bear(TELLS)
    worker.stdin.write("\n")
    modules = json.loads(worker.stdout.readline())["modules"]
    assert {"pydantic.main", "botocore.client"} <= set(modules)
    assert not [name for name in modules if name.split(".")[0] in ("shared", "services")]


def test_a_worker_ends_when_nobody_speaks_to_it_any_more(bear: Bear) -> None:
    worker = bear(TELLS)
    assert worker.poll() is None
    worker.stdin.close()
    assert worker.wait(10) == 0
    assert worker.poll() == 0


def test_a_worker_that_does_not_end_is_waited_for_so_long_and_can_be_stopped(bear: Bear) -> None:
    worker = bear(TELLS)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0)
    worker.terminate()
    assert worker.wait(10) == 0


def test_one_that_breaks_takes_nobody_with_it(bear: Bear) -> None:
    broken = bear("raise ValueError('broken')")
    assert broken.wait(10) == 0
    assert "ValueError: broken" in broken.stderr.read()
    worker = bear(TELLS)
    worker.stdin.write("a job\n")
    assert json.loads(worker.stdout.readline())["heard"] == "a job"


def test_what_is_no_function_in_python_starts_as_ever() -> None:
    other = workers.started([sys.executable, "-c", "print('as ever')"], stdout=subprocess.PIPE, text=True)
    assert isinstance(other, subprocess.Popen)
    assert other.communicate()[0] == "as ever\n"


def test_who_works_when_its_code_is_replaced_ends_its_work() -> None:
    idle, working, other, new = (Running() for _ in range(4))
    pools = lambda_runtime._workers
    pools |= {"1:eu:send:$LATEST": [idle, working], "1:eu:draft:$LATEST": [other]}
    with working._lock:
        workers.replaced("send", account="1")
        assert idle.killed.wait(10)
        assert not working.killed.is_set()
        pools["1:eu:send:$LATEST"] = [new]
    assert working.killed.wait(10)
    assert pools == {"1:eu:send:$LATEST": [new], "1:eu:draft:$LATEST": [other]}
    pools.clear()
    assert not (new.killed.is_set() or other.killed.is_set())
