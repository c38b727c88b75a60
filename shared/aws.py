"""AWS clients, made once and only when something is to be called."""

from functools import cache
from typing import Any


@cache
def client(name: str, *, attempts: int = 6, read_timeout: int = 60, connections: int = 10) -> Any:
    """The one client of this process for an AWS service; one session serves them all.

    ``attempts`` counts calls, the first included: 1 never repeats a call. ``read_timeout`` is in seconds. ``connections``
    is how many calls can be under way at the same time.
    """
    return _session().create_client(name, config=_config(attempts, read_timeout, connections))


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def _config(attempts: int, read_timeout: int, connections: int) -> Any:
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": attempts}
    return Config(
        retries=retries, connect_timeout=min(3, read_timeout), read_timeout=read_timeout,
        max_pool_connections=connections,
    )
