"""A laptop's AWS that was not stopped cleanly: it is noticed, and nothing of it stands in the way."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.local import checkpoint, cloud, crash


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A laptop whose S3 holds a file."""
    monkeypatch.setenv("REFERRAL_HOME", str(tmp_path))
    (cloud.home() / "s3" / "a-bucket").mkdir(parents=True)
    return cloud.home()


def ended() -> int:
    """The id of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_laptop_that_was_stopped_cleanly_or_never_ran_did_not_crash(home: Path) -> None:
    assert not crash.happened()


@pytest.mark.parametrize("pid", [ended(), os.getpid()], ids=["gone", "now another program's"])
def test_a_process_that_is_no_more_is_noticed(home: Path, pid: int) -> None:
    (home / "aws.pid").write_text(json.dumps(pid))
    assert crash.happened()


def test_files_of_stacks_that_nobody_remembers_go(home: Path) -> None:
    crash.clear()
    assert not (home / "s3").exists()


def test_files_stay_with_the_stacks_of_the_last_checkpoint(home: Path) -> None:
    saved(home)
    crash.clear()
    assert (home / "s3" / "a-bucket").exists()


def test_who_starts_it_is_told_from_where_it_goes_on(home: Path) -> None:
    assert "starts anew" in crash.told()
    saved(home)
    assert "handled again" in crash.told()


def saved(home: Path) -> None:
    (home / "state").mkdir()
    checkpoint.write(home / "state", 1, {})
