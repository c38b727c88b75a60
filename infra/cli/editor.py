"""A mail in the user's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from infra.cli.say import Problem

_SUBJECT = "Subject:"


def edited(subject: str, body: str) -> tuple[str, str]:
    """Subject and body as they were saved."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.txt"
        file.write_text(f"{_SUBJECT} {subject}\n\n{body}\n", encoding="utf-8")
        _open(file)
        return parsed(file.read_text(encoding="utf-8"))


def parsed(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if not first.startswith(_SUBJECT):
        raise Problem(f"The first line must begin with `{_SUBJECT}`; nothing was changed.")
    return first.removeprefix(_SUBJECT).strip(), rest.strip()


def _open(file: Path) -> None:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        subprocess.run([*shlex.split(command), str(file)], check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Problem(f"The editor {command!r} ended with an error; set EDITOR, or use --subject and --body.") from None
