"""The contracts as they are now, and as they were when they were last released."""

import json
from pathlib import Path
from shutil import copyfile
from typing import Any

from infra.contracts.compare import Edition
from infra.contracts.known import contracts
from infra.contracts.pages import FOLDER
from infra.contracts.reads import reads
from infra.contracts.schemas import schema

RELEASED = FOLDER / "released"
_READS = "readers.json"


def current() -> Edition:
    return Edition(
        schemas={known.key: {known.version: schema(known)} for known in contracts()},
        reads={known.key: reads(known) for known in contracts()},
        older={known.key: set(known.event.older) for known in contracts()},
    )


def released() -> Edition:
    """What is deployed: nothing before the first release."""
    schemas: dict[str, dict[int, Any]] = {}
    for path in sorted(RELEASED.glob("*/*.json")):
        name, _, version = path.stem.rpartition(".v")
        schemas.setdefault(f"{path.parent.name}/{name}", {})[int(version)] = json.loads(path.read_text())
    told = json.loads((RELEASED / _READS).read_text()) if schemas else {}
    return Edition(schemas, {event: {name: set(fields) for name, fields in who.items()} for event, who in told.items()}, {})


def release() -> None:
    """What is written now is what is deployed from now on; schemas of older versions stay, for the log has such events."""
    for known in contracts():
        name = f"{known.key}.v{known.version}.json"
        (RELEASED / name).parent.mkdir(parents=True, exist_ok=True)
        copyfile(FOLDER / name, RELEASED / name)
    gone = [path for path in RELEASED.glob("*/*.json") if _event(path) not in {known.key for known in contracts()}]
    for path in gone:
        path.unlink()
    told = {known.key: {name: sorted(fields) for name, fields in reads(known).items()} for known in contracts()}
    (RELEASED / _READS).write_text(json.dumps(told, indent=1) + "\n")


def _event(path: Path) -> str:
    return f"{path.parent.name}/{path.stem.rpartition('.v')[0]}"
