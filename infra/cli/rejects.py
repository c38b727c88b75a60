"""The rows that could not be imported, in a file from which they can be repaired and imported again."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from infra.cli.columns import REJECT_COLUMNS, Row
from infra.cli.say import Problem


class Rejects:
    """A CSV file that exists only if there is something in it, readable by its owner only.

    It takes the place of an earlier one at the end, so that a query may read the file that it replaces. What is no
    plain file, such as a device, is written to and never replaced; what we did not write is never removed.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = [column for column in columns if column not in REJECT_COLUMNS]
        self._replaces = path.is_file() or not path.exists()
        self._part = path.with_name(f"{path.name}.part") if self._replaces else path
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(self, number: int, reasons: Sequence[str], row: Row) -> None:
        if not self._writer:
            self._open()
        self._writer.writerow([number, "; ".join(reasons), *(row[column] for column in self.columns)])

    def _open(self) -> None:
        try:
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            advice = "name another file with --rejects"
            raise Problem(f"Rejected rows can't be written to {self.path} ({error.strerror}): {advice}.") from None
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*REJECT_COLUMNS, *self.columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()
            if self._replaces:
                self._part.replace(self.path)
        elif not kind and self._is_from_before():
            self.path.unlink()

    def _is_from_before(self) -> bool:
        """Whether an earlier import left its rejects here."""
        if not self.path.is_file():
            return False
        with self.path.open("rb") as file:
            return file.read(len(REJECT_COLUMNS[0])) == REJECT_COLUMNS[0].encode()
