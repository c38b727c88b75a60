"""The one process in which everything runs: what it has from the machine is virtual while a run is installed."""

import gc
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from services.evaluation import runner
from services.evaluation import terms as terms_of_evaluation
from services.orchestrator import terms
from shared import aws, clock, observe, settings
from tests.harness.mails import COMPANY

_ENVIRONMENT = {
    "ACCOUNT": "sim", "BUS_NAME": "referral-sim", "COMPANY": COMPANY.model_dump_json(), "SENDING_SECRET": "sending",
    "EXAMPLES_BUCKET": "examples", "REPORTS_BUCKET": "reports", "JUDGE_MODEL": "local.judge",
    "KNOWLEDGE_BASE_ID": "KB00000000", "EVALUATION_CASES": "0", "UNDELIVERABLE_URL": "undeliverable",
    "UNSUBSCRIBE_URL": "https://example.com/unsubscribe/", "CONFIGURATION_SET": "referral-sim",
}


class Logs(list[Any]):
    """Stands in for the logger and the metrics: what was said is kept instead of written."""

    def info(self, message: str, extra: dict[str, Any]) -> None:
        self.append((message, extra))

    warning = error = info

    def add_metric(self, name: str, unit: str, value: int) -> None:
        self.append((name, value))

    def flush_metrics(self) -> None:
        """Nothing is written."""


class InTurn:
    """An executor whose only thread is the one that asks."""

    def __init__(self, **_: Any) -> None:
        self.shutdown = lambda **_: None

    def __enter__(self) -> "InTurn":
        return self

    def __exit__(self, *_: object) -> None:
        """Everything is done already."""

    def submit(self, do: Any, *given: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(do(*given))
        except Exception as error:
            done.set_exception(error)
        return done


@contextmanager
def installed(world: Any, random: Random) -> Iterator[None]:
    """Time, ids, clients, logs, threads and settings of this process are those of the run."""
    logs = world.logs
    caches = (settings.settings, terms.terms, terms_of_evaluation.terms)
    with (
        _uncollected(), patch.object(clock, "datetime", world.clock),
        patch.object(clock, "perf_counter", lambda: world.clock.seconds), patch.object(aws, "client", world.outside.client),
        patch("secrets.token_hex", lambda size=10: random.randbytes(size).hex()),
        patch.object(observe, "_logger", lambda service: logs), patch.object(observe, "_metrics", lambda service: logs),
        patch.object(runner, "ThreadPoolExecutor", InTurn), patch.object(runner, "as_completed", iter),
        _environment(_ENVIRONMENT | world.terms.environment()),
    ):
        _forget(caches)
        yield
    _forget(caches)


@contextmanager
def _uncollected() -> Iterator[None]:
    """To look for circles of garbage while a run makes some takes a twentieth of its time: it ends soon enough."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _forget(caches: Any) -> None:
    for cached in caches:
        cached.cache_clear()
