"""Bundles of functions, unpacked once: MiniStack unpacks five hundred files for every process that it starts, and keeps them all."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime


def share() -> None:
    """Let all processes of a bundle read the same files."""
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Bundle})


class Bundle(zipfile.ZipFile):
    """Unpacks into a folder that is named by what is in it, and links to that; a function can't write to its code on AWS either."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        with open(self.filename, "rb") as packed:
            known = hashlib.file_digest(packed, "sha256").hexdigest()
        shared = Path(tempfile.gettempdir()) / f"bundle-{known}"
        if not shared.exists():
            self._unpack(shared)
        if os.path.isdir(path):
            os.rmdir(path)
        os.symlink(shared, path)

    def _unpack(self, shared: Path) -> None:
        """Whole, or not at all: two processes may start at the same moment."""
        made = tempfile.mkdtemp(dir=shared.parent)
        super().extractall(made)
        try:
            os.rename(made, shared)
        except OSError:
            shutil.rmtree(made)
