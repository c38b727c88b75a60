"""What is left of the laptop's AWS where it ended without `referral down`."""

import shutil

from infra.local import cloud


def happened() -> bool:
    """Whether it ended so; what it learned since its last clean stop is gone then."""
    return any(part.pid_file.exists() and not cloud.running(part) for part in cloud.parts() if part.name == "aws")


def clear() -> None:
    """Files of S3 outlive a hard stop: without the stacks that made them, they are in the way of new ones."""
    if not (cloud.home() / "state" / "cloudformation.json").exists():
        shutil.rmtree(cloud.home() / "s3", ignore_errors=True)
