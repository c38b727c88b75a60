"""The whole system on this laptop: time to start, jobs learned and drafts written a second, memory; at 1k and at 20k jobs.

It starts an AWS of its own beside one that may be running, and takes it down again.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure
from infra.accounts import ROOT

_WARM, _FEW, _MANY, _DRAFTS = 200, 1_000, 19_000, 300
_QUERY = """
SELECT 'bench-{tag}-' || i AS service_id, TIMESTAMPTZ '2026-01-01 08:00:00+00' + INTERVAL (i % 300) DAY AS completed_at,
       'bench-{tag}-c-' || (i % {customers}) AS customer_id, 'bench' || (i % {customers}) || '@example.com' AS customer_email,
       'Robin' AS customer_name, 'roof repair' AS service_type, CAST(80 + i % 50 AS DECIMAL(10, 2)) AS price_amount,
       'EUR' AS price_currency, 1 + i % 5 AS satisfaction, true AS marketing_consent, {historical} AS historical
FROM range({jobs}) AS jobs(i)
"""


def figures() -> list[Figure]:
    with _laptop() as laptop:
        start = time.perf_counter()
        laptop.referral("up")
        up = time.perf_counter() - start
        laptop.history("warm", _WARM, 50)
        few = laptop.history("few", _FEW, 300)
        laptop.history("many", _MANY, 3_000)
        late = laptop.history("late", _FEW, 300)
        one = laptop.history("one", _FEW, 1)
        laptop.run("drafts-warm", 40, 40, historical=False)
        drafts = laptop.run("drafts", _DRAFTS, _DRAFTS, historical=False)
        memory = laptop.json("status")["memory_mb"]
    return [
        Figure("all stacks up from nothing", up, "s", 20),
        Figure("historical jobs into features, the first 1,000", few, "jobs/s", 60, at_least=True),
        Figure("time per job after 20,000 jobs / after 1,000", few / late, "x", 1.25),
        Figure("time per job of one customer with 1,000 / of 300 customers", late / one, "x", 1.25),
        Figure("drafts end to end, from job to draft in review", drafts, "drafts/s", 15, at_least=True),
        Figure("memory of the laptop's AWS with all functions", memory, "MB", 1_500),
    ]


class Laptop:
    """An AWS with ports and a home of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.environment = os.environ | {"REFERRAL_HOME": str(home), "REFERRAL_PORT": str(port), "REFERRAL_ACCOUNT": "local"}

    def referral(self, *arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "referral"), *arguments]
        return subprocess.run(command, env=self.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.referral(*arguments, "--json"))

    def history(self, tag: str, jobs: int, customers: int) -> float:
        """Historical jobs learned a second, from the first one put to the last one known."""
        return self.run(tag, jobs, customers, historical=True)

    def run(self, tag: str, jobs: int, customers: int, historical: bool) -> float:
        query = self.home / f"{tag}.sql"
        query.write_text(_QUERY.format(tag=tag, jobs=jobs, customers=customers, historical=str(historical).lower()))
        told = self.json("run", "--input", str(query), "--once")
        done = told["learned"] if historical else told["drafted"]
        if done != jobs or not told["settled"]:
            raise AssertionError(f"{done} of {jobs} done: {told}")
        return jobs / told["busy_seconds"]


@contextmanager
def _laptop() -> Iterator[Laptop]:
    home = Path(tempfile.mkdtemp(prefix="referral-bench-"))
    laptop = Laptop(home, _free_port())
    try:
        yield laptop
    finally:
        laptop.referral("down", "--erase")
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    for port in range(4900, 4990, 2):
        if all(_free(candidate) for candidate in (port, port + 1)):
            return port
    raise RuntimeError("No two ports beside each other are free between 4900 and 4990.")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
