"""AWS clients, made once and only when something is to be called."""

from functools import cache
from typing import Any


@cache
def client(name: str) -> Any:
    """The one client of this process for an AWS service; one session serves them all."""
    return _session().create_client(name, config=_config())


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def _config() -> Any:
    from botocore.config import Config

    return Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3)
