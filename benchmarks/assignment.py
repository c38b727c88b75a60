"""Which version a customer is given: against one blake2b-128 hash call of hashlib plus a dict look-up."""

import socket
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from benchmarks.measure import Figure, interleaved
from shared.assignment import Split

_ROUNDS, _CALLS = 41, 20_000
_SALT, _CUSTOMER = "0123456789abcdef0123456789abcdef", "customer-000123"


def figures() -> list[Figure]:
    split, serving = Split(_SALT, 10), {"referral-writer": 1}
    salted = (_SALT + _CUSTOMER).encode()

    def ours() -> object:
        return split.to_candidate(_CUSTOMER), serving["referral-writer"]

    def hashed() -> object:
        return blake2b(salted, digest_size=16).digest(), serving["referral-writer"]

    def with_text() -> object:
        return blake2b((_SALT + _CUSTOMER).encode(), digest_size=16).digest(), serving["referral-writer"]

    variants = {"ours": ours, "hashed": hashed, "with text": with_text}
    times = interleaved({name: _timed(work) for name, work in variants.items()}, _ROUNDS)
    with _network() as calls:
        ours()
    return [
        Figure("assignment of a customer / one blake2b-128 call and a dict look-up", times["ours"] / times["hashed"], "x", 1.0),
        Figure("the same / such a call that also joins and encodes its text", times["ours"] / times["with text"], "x"),
        Figure("assignment of a customer", times["ours"] / _CALLS * 1e9, "ns"),
        Figure("network calls of an assignment", len(calls), "calls", 0),
    ]


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    return lambda: timeit.timeit(work, number=_CALLS)


@contextmanager
def _network() -> Iterator[list[Any]]:
    """Every socket that is made meanwhile."""
    made: list[Any] = []
    real = socket.socket

    class Counted(real):  # type: ignore[valid-type, misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            made.append(given)
            super().__init__(*given, **named)

    socket.socket = Counted  # type: ignore[misc]
    try:
        yield made
    finally:
        socket.socket = real  # type: ignore[misc]
