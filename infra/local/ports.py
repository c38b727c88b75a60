"""The ports of the laptop's AWS are free before anything is started."""

import socket
from collections.abc import Iterable

from infra import Problem


def refuse_busy(ports: Iterable[int]) -> None:
    """Raise Problem with every one on which another program listens."""
    if taken := sorted(filter(_taken, ports)):
        named = " and ".join(f"port {port}" for port in taken)
        raise Problem(
            f"Taken by another program: {named}. Choose other ports (this one and the next are used): REFERRAL_PORT=4600 referral up"
        )


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
