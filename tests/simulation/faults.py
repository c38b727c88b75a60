"""What goes wrong at the client boundary: each call of a client is a point with a name, and the seed decides what happens there."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests.harness.outside import Crash, refused

Result = TypeVar("Result")
READ, WRITE = "read", "write"
_URL = "https://simulated.example"
_OF: dict[str, tuple[str, ...]] = {
    READ: ("crash before", "crash after", "not done", "throttled"),
    WRITE: ("crash before", "crash after", "not done", "throttled", "reply lost", "done late"),
}
KINDS = _OF[WRITE]
OTHERS = ("twice", "refused by the bus", "target down", "skew", "stale")
_RATES = (0.004, 0.015, 0.05)
_RARE = {"orchestrator-sending": 4.0}  # a function that is seldom called fails more often
_OFTEN = 0.6  # of the seeds have any one kind of fault: with all of them at once little else would happen


class Faults:
    """Which faults a run has; where they are told (``only``) those happen and no others, whatever the seed says."""

    def __init__(self, seed: int, only: Mapping[str, str] | None = None) -> None:
        self.random = Random(f"faults {seed}")
        self.only = only
        self.on = True
        self.fired: dict[str, str] = {}  # point -> what happened there
        self.late: Callable[[Callable[[], Any]], None] = lambda do: None
        self.function = ""
        self._reached: dict[tuple[str, str], int] = {}
        self._rates = {kind: self._rate() for kind in (*KINDS, *OTHERS)}
        self._any = {kinds: sum(map(self._rates.get, kinds)) for kinds in (*_OF.values(), *((kind,) for kind in OTHERS))}

    def call(self, verb: str, do: Callable[[], Result], kind: str = WRITE) -> Result:
        """Make the call, unless something happens to it."""
        fault = self._fault(_OF[kind], verb)
        if fault == "crash before":
            raise Crash(verb)
        if fault in ("not done", "throttled"):
            raise _error(fault)
        if fault == "done late":
            self.late(do)
            raise ReadTimeoutError(endpoint_url=_URL)
        result = do()
        if fault == "crash after":
            raise Crash(verb)
        if fault == "reply lost":
            raise ReadTimeoutError(endpoint_url=_URL)
        return result

    def happens(self, kind: str, where: str = "") -> bool:
        """Whether this other kind of fault happens here."""
        return self._fault((kind,), where) == kind

    def _fault(self, kinds: tuple[str, ...], where: str) -> str:
        """What happens at this point: named by function, verb, and how often that was reached already."""
        if not self.on:
            return ""
        place = self.function, where
        self._reached[place] = reached = self._reached.get(place, 0) + 1
        kind = self._drawn(kinds) if self.only is None else self.only.get(_point(*place, reached), "")
        if kind not in kinds:
            return ""
        self.fired[_point(*place, reached)] = kind
        return kind

    def _drawn(self, kinds: tuple[str, ...]) -> str:
        drawn = self.random.random() / _RARE.get(self.function, 1.0)
        for kind in kinds if drawn < self._any[kinds] else ():
            drawn -= self._rates[kind]
            if drawn < 0:
                return kind
        return ""

    def _rate(self) -> float:
        often, rate = self.random.random() < _OFTEN, self.random.choice(_RATES)
        return rate if often else 0.0


def _point(function: str, where: str, reached: int) -> str:
    return f"{function}/{where} {reached}"


def _error(fault: str) -> Exception:
    return refused("ThrottlingException", 429) if fault == "throttled" else EndpointConnectionError(endpoint_url=_URL)
