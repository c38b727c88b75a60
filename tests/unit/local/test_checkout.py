"""Two deployments from one checkout do not build into each other's bundles."""

from pathlib import Path
from queue import Queue
from threading import Thread

import pytest

from infra import checkout

SOON = 10  # seconds, at the most


def test_the_second_waits_and_says_so_until_the_first_is_done(tmp_path: Path) -> None:
    told: Queue[str] = Queue()

    def second() -> None:
        with checkout.alone(tmp_path / "build", told.put):
            told.put("second builds")

    with checkout.alone(tmp_path / "build", told.put):
        waiting = Thread(target=second)
        waiting.start()
        assert told.get(timeout=SOON) == f"waiting: another deployment builds in {tmp_path / 'build'}"
        told.put("first is done")
    waiting.join(SOON)
    assert [told.get_nowait() for _ in range(2)] == ["first is done", "second builds"]


def test_whoever_is_alone_is_told_nothing_and_one_that_fails_lets_go(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(ZeroDivisionError), checkout.alone(tmp_path, told.append):
        _ = 1 / 0
    with checkout.alone(tmp_path, told.append):
        assert told == []
