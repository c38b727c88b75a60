"""What is deployed on the laptop, so that a second start deploys only what changed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from infra import bundle, deploy
from infra.accounts import parameters
from infra.local import bridge, cloud


def bring_up_to_date(settings: dict[str, Any], report: Callable[[str], None]) -> None:
    """Deploy the stacks whose code, templates or parameters differ from those deployed last."""
    wanted = {name: identity(settings, name) for name in (deploy.PLATFORM, *deploy.services())}
    known = _read()
    changed = [name for name, hashed in wanted.items() if known.get(name) != hashed]
    if not changed:
        return
    deploy.deploy(settings, changed, bridge.environment(settings), report)
    _write(known | {name: wanted[name] for name in changed})


def identity(settings: dict[str, Any], name: str) -> str:
    told = json.dumps(parameters(settings), sort_keys=True)
    return hashlib.sha256((bundle.content_hash(name) + bundle.content_hash("relay") + told).encode()).hexdigest()


def _read() -> dict[str, str]:
    try:
        return json.loads((cloud.home() / "deployed.json").read_text())
    except (OSError, ValueError):
        return {}


def _write(known: dict[str, str]) -> None:
    (cloud.home() / "deployed.json").write_text(json.dumps(known, indent=2))
