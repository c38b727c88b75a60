"""What is fetched is what was deployed before; who is not there says nothing."""

import hashlib
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.promotion import choose
from infra.promotion.choose import Altered
from infra.promotion.command import agreed
from infra.promotion.ledger import Release


def bucket(content: bytes) -> Any:
    """An account whose bucket has this file, whatever is asked for."""
    s3 = SimpleNamespace(get_object=lambda **asked: {"Body": io.BytesIO(content)})
    return SimpleNamespace(client=lambda service: s3, artifacts="bucket", name="test")


def release(content: bytes) -> Release:
    return Release("0123", hashlib.sha256(content).hexdigest(), "", "", "")


def test_a_file_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Altered, match="is not the file that was deployed to test"):
        choose.fetched(bucket(b"evil"), "registry", release(b"good"), tmp_path)
    assert not list(tmp_path.rglob("*.zip"))


def test_a_file_on_this_machine_is_taken_where_it_is_the_same(tmp_path: Path) -> None:
    made = choose.fetched(bucket(b"good"), "registry", release(b"good"), tmp_path)
    assert made.artifact.path.read_bytes() == b"good"
    assert choose.fetched(bucket(b"never asked"), "registry", release(b"good"), tmp_path) == made


def test_another_file_under_its_name_is_fetched_anew(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "0123.zip").write_bytes(b"half of it")
    assert choose.fetched(bucket(b"good"), "registry", release(b"good"), tmp_path).artifact.path.read_bytes() == b"good"


def test_nobody_at_the_terminal_is_no_yes() -> None:
    assert agreed(yes=True, question="Go on?")
    assert not agreed(yes=False, question="Go on?")
