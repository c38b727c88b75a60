"""What is left of the laptop's AWS where it ended without `referral down`."""

import shutil
from datetime import datetime
from pathlib import Path

from infra.local import checkpoint, cloud

_AGAIN = "What upstream systems said since is handled again; what people decided since is to be decided again."


def happened() -> bool:
    """Whether it ended so."""
    return any(part.pid_file.exists() and not cloud.running(part) for part in cloud.parts() if part.name == "aws")


def told() -> str:
    """From where it goes on, for whoever starts it."""
    newest = checkpoint.newest(_state())
    if not newest:
        return "The laptop's AWS was not stopped with `referral down`, and had saved nothing yet: it starts anew."
    saved = datetime.fromtimestamp(checkpoint.path(_state(), newest, checkpoint.CHECKPOINT).stat().st_mtime)
    return f"The laptop's AWS was not stopped with `referral down`: it goes on from {saved:%H:%M:%S}. {_AGAIN}"


def clear() -> None:
    """Files of S3 outlive a hard stop: without the stacks that made them, they are in the way of new ones."""
    if not checkpoint.newest(_state()):
        shutil.rmtree(cloud.home() / "s3", ignore_errors=True)


def _state() -> Path:
    return cloud.home() / "state"
