"""Not faster than the laptop can follow: its queues get slow when they get long; those of AWS do not."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from infra.cli.health import Health
from infra.cli.session import Account
from shared import bus

_LOOK_EVERY = 250  # entries
_MOST_WAITING = 500  # messages
_NAP, _NAPS = 0.05, 1200  # seconds, and how many of them at most: what is stuck does not hold up the rest
Put = Callable[[Sequence[bus.Entry]], list[tuple[bus.Entry, str]]]


def putter(account: Account) -> Put:
    """How this account's upstream systems put their facts on the bus."""
    put = partial(bus.put, client=account.upstream_events())
    return Paced(put, Health(account).busy) if account.local else put


class Paced:
    """Puts entries, and every now and then waits until what was put before is handled."""

    def __init__(self, put: Put, busy: Callable[[], int], sleep: Callable[[float], Any] = time.sleep) -> None:
        self._put = put
        self._busy = busy
        self._sleep = sleep
        self._ahead = 0

    def __call__(self, entries: Sequence[bus.Entry]) -> list[tuple[bus.Entry, str]]:
        if self._ahead >= _LOOK_EVERY:
            self._let_them_follow()
        self._ahead += len(entries)
        return self._put(entries)

    def _let_them_follow(self) -> None:
        for _ in range(_NAPS):
            if self._busy() <= _MOST_WAITING:
                break
            self._sleep(_NAP)
        self._ahead = 0
