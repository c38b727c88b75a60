"""What is deployed on the laptop, so that a second start deploys only what changed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from infra import bundle, deploy
from infra.accounts import parameters
from infra.local import bridge

_KNOWN = "/referral/local/deployed"  # in the laptop's AWS itself, so that what it forgets is deployed again


def bring_up_to_date(settings: dict[str, Any], report: Callable[[str], None]) -> None:
    """Deploy the stacks whose code, templates or parameters differ from those deployed last."""
    wanted = {name: identity(settings, name) for name in deploy.stacks()}
    known = _read(settings)
    changed = [name for name, hashed in wanted.items() if known.get(name) != hashed]
    if not changed:
        return
    deploy.deploy(settings, changed, bridge.environment(settings), report)
    _write(settings, known | {name: wanted[name] for name in changed})


def identity(settings: dict[str, Any], name: str) -> str:
    told = json.dumps(parameters(settings), sort_keys=True)
    return hashlib.sha256((bundle.content_hash(name) + bundle.content_hash("relay") + told).encode()).hexdigest()


def _read(settings: dict[str, Any]) -> dict[str, str]:
    ssm = bridge.client("ssm", settings)
    try:
        return json.loads(ssm.get_parameter(Name=_KNOWN)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return {}


def _write(settings: dict[str, Any], known: dict[str, str]) -> None:
    bridge.client("ssm", settings).put_parameter(Name=_KNOWN, Value=json.dumps(known), Type="String", Overwrite=True)
