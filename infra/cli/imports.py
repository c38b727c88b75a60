"""Run a query and put every job in it on the bus; what can't be put is set aside with all its reasons."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.cli.columns import Row
from infra.cli.query import Query
from infra.cli.rejects import Rejects
from infra.cli.say import Problem
from infra.cli.summary import Summary
from shared import bus

SOURCE = "upstream.import"
Put = Callable[[list[bus.Entry]], list[tuple[bus.Entry, str]]]


@dataclass(frozen=True)
class Job:
    """A row on its way to the bus."""

    number: int
    row: Row
    detail: dict[str, Any]
    entry: bus.Entry


class Import:
    """One run of a query: rows in, events out, ten at a time."""

    def __init__(self, query: Query, put: Put, bus_name: str, rejects: Rejects, historical: bool = False) -> None:
        self.query = query
        self.summary = Summary()
        self._put = put
        self._bus = bus_name
        self._rejects = rejects
        self._historical = historical
        self._waiting: list[Job] = []
        self._customers: set[str] = set()

    def run(self, limit: int | None = None, told: Callable[[Summary], None] = lambda summary: None) -> Summary:
        """Send the rows; Ctrl-C ends it and the summary says so, and what was just under way may have been sent too."""
        started = time.monotonic()
        try:
            with self._rejects:
                self._rows(limit, told)
        except KeyboardInterrupt:
            self.summary.stopped = True
        except Problem as problem:
            advice = f"{self.summary.sent} jobs were sent before that; sent again, they count once."
            raise Problem(f"{problem} {advice}") from None
        self.summary.seconds = round(time.monotonic() - started, 3)
        self.summary.customers = len(self._customers)
        self.summary.rejects_file = str(self._rejects.path) if self.summary.rejected else None
        return self.summary

    def _rows(self, limit: int | None, told: Callable[[Summary], None]) -> None:
        for number, row in enumerate(self.query.rows(limit), start=1):
            self.summary.rows = number
            self._row(number, row)
            told(self.summary)
        self._send()

    def _row(self, number: int, row: Row) -> None:
        from infra.cli.importer import read  # the contracts are slow to import, and who only asks for help needs none

        job = read(row, self._historical)
        if job.reasons:
            self._set_aside(number, row, job.reasons)
            return
        self._waiting.append(Job(number, row, job.detail, entry(job.detail, self._bus)))
        if len(self._waiting) == bus.MAX_ENTRIES:
            self._send()

    def _send(self) -> None:
        if not self._waiting:
            return
        refused = self._refused([job.entry for job in self._waiting])
        for job in self._waiting:
            if id(job.entry) in refused:
                self._set_aside(job.number, job.row, [f"the bus refuses it: {refused[id(job.entry)]}"])
            else:
                self._count(job.detail)
        self._waiting = []

    def _refused(self, entries: list[bus.Entry]) -> dict[int, str]:
        try:
            return {id(refused): code for refused, code in self._put(entries)}
        except bus.Unavailable:
            raise Problem("The bus takes no more events now: import again later.") from None

    def _count(self, detail: dict[str, Any]) -> None:
        self.summary.send(detail["service_id"])
        self._customers.add(detail["customer"]["customer_id"])

    def _set_aside(self, number: int, row: Row, reasons: list[str]) -> None:
        self.summary.reject(number, reasons)
        self._rejects.add(number, reasons, row)


def import_jobs(
    query: Path, *, put: Put, bus_name: str, historical: bool = False, limit: int | None = None,
    data: Path | None = None, rejects: Path | None = None, told: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Put the jobs of a query on the bus; ``told`` hears of the progress after every row."""
    return prepared(query, put, bus_name, historical=historical, data=data, rejects=rejects).run(limit, told)


def prepared(
    query: Path, put: Put, bus_name: str, *, historical: bool = False, data: Path | None = None,
    rejects: Path | None = None,
) -> Import:
    """An import that only has to be run; raises Problem where the query is of no use."""
    opened = Query(query, data)
    return Import(opened, put, bus_name, Rejects(rejects or rejects_file(query), opened.columns), historical)


def rejects_file(query: Path) -> Path:
    return query.with_suffix(".rejects.csv")


def entry(detail: dict[str, Any], bus_name: str) -> bus.Entry:
    return {
        "EventBusName": bus_name, "Source": SOURCE, "DetailType": "ServiceCompleted",
        "Detail": json.dumps(detail, ensure_ascii=False),
    }
