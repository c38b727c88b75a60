"""Recorded events once more, in order, to whoever listens to them: marked as a replay, so that no effect follows."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from infra.cli.folding import BATCH, failed, records
from infra.cli.listeners import Listener
from infra.cli.recorded import Envelope
from infra.cli.session import Account
from infra.cli.spool import heard_at

_TRIES = 3  # of a batch; what waits for something else may find it then
Told = Callable[["Result"], None]


@dataclass
class Result:
    """What became of a replay: by service, how much was taken, refused as an effect, and not taken at all."""

    events: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    effects_refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)

    def public(self) -> dict[str, Any]:
        return {
            "events": self.events, "taken": dict(self.taken), "effects_refused": dict(self.effects_refused),
            "failed": dict(self.failed),
        }


class Hand(Protocol):
    """How a batch gets to a listener; answers the events that it did not take."""

    def __call__(self, listener: Listener, some: list[Envelope]) -> list[Envelope]: ...


class Invoked:
    """The deployed function of each listener, called as Lambda calls it for its mailbox.

    Past the mailbox: a queue keeps no order, and its rules would not tell of a replay from a file.
    """

    def __init__(self, account: Account, replay: str) -> None:
        self._account = account
        self._replay = replay

    def __call__(self, listener: Listener, some: list[Envelope]) -> list[Envelope]:
        asked = self._account.client("lambda").invoke(
            FunctionName=self._account.function(listener.function), **self._account.qualifier,
            Payload=json.dumps({"Records": records(some, self._replay)}).encode(),
        )
        answer = json.loads(asked["Payload"].read())
        return some if asked.get("FunctionError") else failed(some, answer)


class Pace:
    """As fast as the events came, times a factor; without one, as fast as they are taken."""

    def __init__(self, factor: float | None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._factor = factor
        self._sleep = sleep
        self._before: datetime | None = None

    def gap(self, envelope: Envelope) -> float:
        """Seconds to wait before this one."""
        at, before = heard_at(envelope), self._before
        self._before = at or before
        return max(0.0, (at - before).total_seconds() / self._factor) if self._factor and at and before else 0.0

    def wait(self, seconds: float) -> None:
        if seconds:
            self._sleep(seconds)


def replay(envelopes: Iterable[Envelope], listeners: list[Listener], hand: Hand, pace: Pace, told: Told) -> Result:
    """Each event to everybody who listens to it, before the next one goes: order holds for every customer and story."""
    result = Result()
    for some in _together(envelopes, pace):
        result.events += len(some)
        for listener in listeners:
            _give(listener, [one for one in some if listener.route(one)], hand, result)
        told(result)
    return result


def _together(envelopes: Iterable[Envelope], pace: Pace) -> Iterator[list[Envelope]]:
    """In batches of what need not wait for each other."""
    some: list[Envelope] = []
    for envelope in envelopes:
        gap = pace.gap(envelope)
        if some and (gap or len(some) == BATCH):
            yield some
            some = []
        pace.wait(gap)
        some.append(envelope)
    if some:
        yield some


def _give(listener: Listener, some: list[Envelope], hand: Hand, result: Result) -> None:
    left = some
    for _ in range(_TRIES):
        left = hand(listener, left) if left else left
    effects = sum(bool(route and route.effect) for route in map(listener.route, some))
    result.effects_refused[listener.service] += effects
    result.taken[listener.service] += len(some) - effects - len(left)
    result.failed[listener.service] += len(left)
