"""MiniStack's workers, born in the nursery: what it gets looks like the ``subprocess.Popen`` that it asked for.

Where the system has no ``pidfd`` to watch a process that is no child, they are born as MiniStack has it.

An update of a function ends those that run its old code. MiniStack kills them at work, whose messages come again when their
time is over; on AWS, and here, they end what they have begun.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

_PID = 32  # bytes, at most
_SCRIPT = "_worker.py"  # what MiniStack calls the script of a function in Python


def share() -> None:
    """Let functions in Python come from the nursery, which gets ready meanwhile."""
    if hasattr(os, "pidfd_open"):
        lambda_runtime.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": started})
        nursery()
    lambda_svc.invalidate_worker = replaced


def replaced(name: str, qualifier: str | None = None, account: str | None = None, region: str | None = None) -> None:
    """The next invocation starts a new one; where a part of the key is not said, any matches."""
    asked = (account, region, name, qualifier)
    with lambda_runtime._lock:
        pools = [key for key in lambda_runtime._workers if all(map(_same, asked, key.split(":")))]
        old = [worker for key in pools for worker in lambda_runtime._workers.pop(key)]
    for worker in old:
        threading.Thread(target=_killed_after_work, args=[worker], daemon=True).start()


def started(command: list[str], **options: Any) -> Any:
    interpreter, script = command[0], command[-1]
    if interpreter != sys.executable or Path(script).name != _SCRIPT:
        return subprocess.Popen(command, **options)
    return nursery().bear(script, options["cwd"], options["env"])


@cache
def nursery() -> "Nursery":
    return Nursery()


class Nursery:
    """The process that forks, and the way to ask it."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._ask, its = socket.socketpair()
        command = [sys.executable, "-m", "infra.local.nursery", str(its.fileno())]
        environment = os.environ | {"PYDANTIC_DISABLE_PLUGINS": "true"}  # as the templates say, before it is imported
        with its:
            self.process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, env=environment)

    def bear(self, script: str, folder: str, environment: dict[str, str]) -> "Worker":
        """A new process that runs the script with this environment and no other."""
        wish = json.dumps({"script": script, "folder": folder, "environment": environment}).encode()
        (stdin, write), (read, stdout), (read_too, stderr) = (os.pipe() for _ in range(3))
        with self._one_at_a_time:
            socket.send_fds(self._ask, [wish], [stdin, stdout, stderr])
            pid = int(self._ask.recv(_PID))
        for stream in (stdin, stdout, stderr):
            os.close(stream)
        return Worker(pid, write, read, read_too)

    def close(self) -> None:
        self._ask.close()
        self.process.wait()


class Worker:
    """A process that somebody else forked, with its three streams."""

    def __init__(self, pid: int, stdin: int, stdout: int, stderr: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin = os.fdopen(stdin, "w", buffering=1)
        self.stdout, self.stderr = os.fdopen(stdout), os.fdopen(stderr)
        self._watched = _watch(pid)

    def poll(self) -> int | None:
        return self._seen(0)

    def wait(self, timeout: float | None = None) -> int:
        if self._seen(timeout) is None:
            raise subprocess.TimeoutExpired(_SCRIPT, timeout or 0)
        return 0

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def __del__(self) -> None:
        if self._watched is not None:
            os.close(self._watched)

    def _seen(self, seconds: float | None) -> int | None:
        """0 once it has ended; how it ended nobody asks."""
        if self.returncode is None and (self._watched is None or _ends_within(seconds, self._watched)):
            self.returncode = 0
        return self.returncode

    def _signal(self, number: int) -> None:
        if self.poll() is None and self._watched is not None:
            signal.pidfd_send_signal(self._watched, number)


def _same(asked: str | None, known: str) -> bool:
    return asked is None or asked == known


def _killed_after_work(worker: Any) -> None:
    with worker._lock:  # which it holds while it works
        worker.kill()


def _watch(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None  # it has ended already


def _ends_within(seconds: float | None, watched: int) -> bool:
    watch = select.poll()  # unlike ``select`` it takes any descriptor
    watch.register(watched, select.POLLIN)
    return bool(watch.poll(None if seconds is None else seconds * 1000))
