"""What is told of a process: whether it runs, also right after its start, and what it holds."""

import os
import subprocess
import sys

import pytest

from infra.local import processes

pytestmark = pytest.mark.skipif(not processes.TOLD, reason="This system tells nothing of processes.")


def test_a_process_runs_its_module_and_no_other() -> None:
    script = [sys.executable, "-c", "print('here', flush=True); input()", "infra.local.model"]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        assert processes.runs(process.pid, "infra.local.model")
        assert not processes.runs(process.pid, "infra.local.emulator")
        assert processes.parents()[process.pid] == os.getpid()
        assert processes.memory(process.pid) > 1_000_000
        process.communicate(b"\n")


def test_one_that_has_ended_does_not_run_although_nobody_asked_how() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not processes.runs(process.pid, "infra.local.model")
    process.wait()
