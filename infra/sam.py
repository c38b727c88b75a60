"""``sam``, imported once for all stacks: its import takes as long as deploying one.

A server that has imported it forks itself for every command, so that none finds what another left behind.
"""

import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from socketserver import ForkingMixIn, StreamRequestHandler, UnixStreamServer
from typing import NamedTuple

from infra.accounts import ROOT

_NEEDED = (
    "samcli.commands.deploy.command", "samcli.commands.deploy.deploy_context", "samcli.commands.deploy.guided_context",
    "samcli.commands.package.package_context", "samtranslator.translator.translator",
)  # fmt: skip
_SERVICES = ("cloudformation", "s3")
_END = "\0"  # between what a command said and how it ended


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    said: str


Sam = Callable[[Sequence[str]], Done]


@contextmanager
def ready(environment: Mapping[str, str]) -> Iterator[Sam]:
    """What runs ``sam`` with arguments, in this environment, as long as the context lasts; for many threads at once."""
    with tempfile.TemporaryDirectory(prefix="referral-sam-") as folder:
        path = str(Path(folder) / "socket")
        server = _started(path, environment)
        try:
            yield lambda arguments: ask(path, arguments)
        finally:
            server.terminate()
            server.wait()


def _started(path: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()  # who asks before the import has ended waits for it
        command = [sys.executable, "-m", "infra.sam", str(listening.fileno())]
        return subprocess.Popen(
            command, env=dict(environment), pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT,
        )


def ask(path: str, arguments: Sequence[str]) -> Done:
    """Have the server at this socket run a command."""
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(path)
        except OSError:
            return Done(1, "The process that runs sam has ended. Deploy again.")
        asking.sendall(json.dumps(arguments).encode() + b"\n")
        with asking.makefile("r", errors="replace") as answer:
            said, ended, code = answer.read().rpartition(_END)
    return Done(int(code), said) if ended else Done(1, f"{code}\nsam was ended before it was done. Deploy again.")


class _Command(StreamRequestHandler):
    """One command, in a process of its own: what it says goes to who asked."""

    def handle(self) -> None:
        arguments = json.loads(self.rfile.readline())
        for stream in (1, 2):
            os.dup2(self.connection.fileno(), stream)
        code = _ended(arguments)
        sys.stdout.flush()
        self.wfile.write(f"{_END}{code}".encode())


def _ended(arguments: list[str]) -> int:
    from samcli.cli.main import cli

    try:
        cli(arguments, prog_name="sam")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


class _Server(ForkingMixIn, UnixStreamServer):
    def __init__(self, listening: int) -> None:
        super().__init__("", _Command, bind_and_activate=False)
        self.socket = socket.socket(fileno=listening)


def main() -> None:
    from infra import descriptions  # here, for botocore takes as long to import as all that a command needs of its own

    for name in _NEEDED:
        importlib.import_module(name)
    descriptions.remember(_SERVICES)
    _Server(int(sys.argv[1])).serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
