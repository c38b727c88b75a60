"""What the laptop's models answer.

They write, and judge drafts, from the prompt that they are given; with REFERRAL_MODEL_URL a real model is asked instead.
These model ids fail on purpose, whatever they are asked:

    local.timeout     answers after REFERRAL_MODEL_HANG_SECONDS, 300 otherwise
    local.throttle    ThrottlingException
    local.flaky       ThrottlingException for every second call
    local.refuse      a refusal instead of an answer
    local.half-json   an answer that ends in the middle
    local.slow        answers after REFERRAL_MODEL_SLOW_MS, 3000 otherwise

REFERRAL_MODEL_LATENCY_MS makes every answer take that long.
"""

import os
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from infra.local import converse
from infra.local.converse import Json, Request
from infra.local.forward import Failed, forwarded


class Flaky:
    """Throttles every second call, whoever makes it."""

    def __init__(self) -> None:
        self._calls = count()

    def __call__(self, asked: Request) -> Json:
        return _throttled(asked) if next(self._calls) % 2 else _given(asked)


def _throttled(asked: Request) -> Json:
    raise Failed("ThrottlingException", f"Too many requests, as {asked.model_id} is there for.")


def _late(variable: str, otherwise: float, unit: float) -> Callable[[Request], Json]:
    def answer(asked: Request) -> Json:
        time.sleep(float(os.environ.get(variable, otherwise)) * unit)
        return converse.answered(asked)

    return answer


_ON_PURPOSE: dict[str, Callable[[Request], Json]] = {
    "local.timeout": _late("REFERRAL_MODEL_HANG_SECONDS", 300, 1),
    "local.throttle": _throttled,
    "local.flaky": Flaky(),
    "local.refuse": converse.refused,
    "local.half-json": converse.half,
    "local.slow": _late("REFERRAL_MODEL_SLOW_MS", 3000, 0.001),
}


def answer(asked: Request) -> Json:
    """The answer to a request, with the milliseconds it took; raises Failed."""
    started = time.monotonic()
    time.sleep(float(os.environ.get("REFERRAL_MODEL_LATENCY_MS", 0)) / 1000)
    given = _ON_PURPOSE.get(asked.model_id, _given)(asked)
    return given | {"metrics": {"latencyMs": round((time.monotonic() - started) * 1000)}}


def _given(asked: Request) -> Json:
    url = os.environ.get("REFERRAL_MODEL_URL")
    return forwarded(asked, url) if url else converse.answered(asked)


def conversed(model_id: str, body: Any) -> Json:
    """The answer to the body of a Converse call; raises Invalid or Failed."""
    return answer(converse.request(model_id, body))
