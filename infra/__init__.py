"""What surrounds the services: platform, deployment, the laptop's AWS and the ``referral`` command."""


class Problem(Exception):
    """What went wrong and what to do about it, in one sentence; a command ends with it and exit code 1."""
