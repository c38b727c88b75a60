"""``sam`` is imported once, and every command still ends for itself."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from infra import sam


@pytest.fixture(scope="module")
def run() -> Iterator[sam.Sam]:
    with sam.ready(os.environ | {"SAM_CLI_TELEMETRY": "0"}) as run:
        yield run


def test_what_a_command_says_comes_back(run: sam.Sam) -> None:
    done = run(["--version"])
    assert done.code == 0
    assert "SAM CLI, version" in done.said


def test_a_command_that_is_refused_says_so(run: sam.Sam) -> None:
    done = run(["deploy", "--no-such-option"])
    assert done.code == 2
    assert "no-such-option" in done.said.lower()


def test_one_command_leaves_nothing_to_the_next(run: sam.Sam) -> None:
    assert run(["deploy", "--no-such-option"]) == run(["deploy", "--no-such-option"])


def test_a_command_that_is_killed_has_failed(tmp_path: Path) -> None:
    with listening(tmp_path / "socket") as server:
        killed = Thread(target=lambda: hang_up(server, after=b"Uploading"))
        killed.start()
        done = sam.ask(str(tmp_path / "socket"), ["deploy"])
        killed.join()
    assert done.code == 1
    assert done.said.startswith("Uploading\n")


def test_without_a_server_a_command_has_failed(tmp_path: Path) -> None:
    assert sam.ask(str(tmp_path / "socket"), ["deploy"]).code == 1


def listening(path: Path) -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    return server


def hang_up(server: socket.socket, after: bytes) -> None:
    asked, _ = server.accept()
    with asked:
        asked.makefile().readline()
        asked.sendall(after)
