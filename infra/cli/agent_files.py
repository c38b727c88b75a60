"""Agent files: what an agent engineer writes and the registry takes."""

import json
from pathlib import Path
from typing import Any

from infra.cli import say

_FIELDS = {"agent", "config", "message", "author"}


def read(file: Path) -> dict[str, Any]:
    """What an agent file says; whether it makes sense is the registry's to judge."""
    said = _yaml(file)
    if not isinstance(said, dict) or not {"agent", "config"} <= said.keys():
        raise say.Problem(f"{file} must say agent (a name) and config (model_id, system_prompt, user_prompt, ...).")
    unread = ", ".join(sorted(said.keys() - _FIELDS))
    if unread:
        raise say.Problem(f"{file} says {unread}, which nobody reads: it may say {', '.join(sorted(_FIELDS))}.")
    return said


def _yaml(file: Path) -> Any:
    """What the file says in the values that JSON has too, for so it travels; a date is its text."""
    import yaml

    try:
        return json.loads(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")), default=str))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise say.Problem(f"{file} is no YAML: {' '.join(str(error).split())}") from None
    except (TypeError, ValueError, RecursionError):
        raise say.Problem(f"{file} is no YAML of texts, numbers, lists and mappings that end.") from None
