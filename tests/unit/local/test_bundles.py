"""Bundles on the laptop: unpacked once, whoever comes first, and still there when one of their processes has gone."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest

from infra.local.bundles import Bundle


class Unwilling(Bundle):
    def _unpack(self, shared: Path) -> None:
        raise AssertionError(f"{shared} is unpacked once more")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def unpacked(place: Path, worker: str, text: str) -> Path:
    """A bundle with one file, as a worker's folder has it."""
    code = place / worker / "code"
    code.mkdir(parents=True)
    packed = place / worker / "code.zip"
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr(zipfile.ZipInfo("functions.py"), text)
    with Bundle(packed) as bundle:
        bundle.extractall(str(code))
    return code


def test_two_processes_of_a_bundle_read_the_same_files(place: Path) -> None:
    first, second = unpacked(place, "one", "same"), unpacked(place, "two", "same")
    assert (first / "functions.py").read_text() == "same"
    assert (first / "functions.py").samefile(second / "functions.py")
    assert not (unpacked(place, "three", "other") / "functions.py").samefile(first / "functions.py")


def test_what_is_unpacked_is_not_unpacked_again(place: Path) -> None:
    first = unpacked(place, "one", "same")
    with Unwilling(place / "one" / "code.zip") as again:
        again.extractall(str(place / "two"))
    assert (place / "two" / "functions.py").samefile(first / "functions.py")


def test_a_process_that_has_gone_takes_nothing_with_it(place: Path) -> None:
    stays = unpacked(place, "stays", "same")
    shutil.rmtree(unpacked(place, "goes", "same").parent)
    assert (stays / "functions.py").read_text() == "same"


def test_whoever_comes_second_at_the_same_moment_leaves_nothing_behind(place: Path) -> None:
    code = unpacked(place, "one", "same")
    with Bundle(place / "one" / "code.zip") as late:
        late._unpack(code.resolve())
    assert sorted(path.name for path in place.iterdir()) == sorted(["one", code.resolve().name])
