"""The programs of the page for integrators, run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

from infra.accounts import ROOT

PAGE = (ROOT / "docs" / "integrate.md").read_text()
_ENDS = {"python": "py", "js": "mjs"}


def program(language: str, mentions: str) -> str:
    """The only program of the page in this language that mentions this."""
    [found] = [block for block in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if mentions in block]
    return found


def run(text: str, language: str, folder: Path, **variables: str) -> str:
    """What it prints; JavaScript runs in the Node.js that comes with the browser tests, with what lies in the folder."""
    file = folder / f"program.{_ENDS[language]}"
    file.write_text(text)
    interpreter = sys.executable if language == "python" else str(compute_driver_executable()[0])
    done = subprocess.run([interpreter, file], env=os.environ | variables, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
