"""A DuckDB query over files, read in chunks."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from infra.cli.columns import REQUIRED, missing_columns
from infra.cli.say import Problem

_CHUNK = 500
_VIEW = "referral_jobs"


class Query:
    """The last statement of a file; the statements before it prepare for it.

    Relative paths in it are looked up in the query's own folder and then in the current one.
    ``getvariable('data')`` is the folder given as ``data``, or NULL.
    """

    def __init__(self, path: Path, data: Path | None = None) -> None:
        self.path = path
        self._connection = _connect(path, data)
        self._prepare()
        self.columns = self._columns()

    def count(self) -> int:
        """How many rows there will be."""
        return self._run(f"SELECT count(*) FROM {_VIEW}").fetchone()[0]

    def rows(self, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """The rows as they come; only a chunk of them is in memory."""
        result = self._run(f"FROM {_VIEW}" if limit is None else f"FROM {_VIEW} LIMIT {int(limit)}")
        while chunk := self._try(lambda: result.fetchmany(_CHUNK)):
            for row in chunk:
                yield dict(zip(self.columns, row, strict=True))

    def _prepare(self) -> None:
        *before, select = self._parsed()
        for statement in before:
            self._run(statement)
        self._run(f"CREATE TEMP VIEW {_VIEW} AS {select.lstrip()}")

    def _parsed(self) -> list[str]:
        import duckdb

        try:
            statements = duckdb.extract_statements(self.path.read_text(encoding="utf-8"))
        except OSError as error:
            raise Problem(f"The query {self.path} can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise Problem(f"The query {self.path} is not UTF-8 text.") from None
        except duckdb.Error as error:
            raise Problem(f"{self.path} is not a query that DuckDB understands. {error}") from None
        if not statements or statements[-1].type != duckdb.StatementType.SELECT:
            raise Problem(f"{self.path} must end with a SELECT that gives one row per completed job.")
        return [statement.query for statement in statements]

    def _columns(self) -> list[str]:
        columns = [column[0] for column in self._run(f"FROM {_VIEW} LIMIT 0").description]
        missing = missing_columns(columns)
        if missing:
            raise Problem(
                f"{self.path} does not give the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
                f"It gives {', '.join(columns)}; required are {', '.join(REQUIRED)}."
            )
        return columns

    def _run(self, statement: str) -> Any:
        return self._try(lambda: self._connection.execute(statement))

    def _try(self, work: Callable[[], Any]) -> Any:
        import duckdb

        try:
            return work()
        except duckdb.IOException as error:
            advice = "Set REFERRAL_DATA or --data to the folder of the data, or correct the path in the query."
            raise Problem(f"{self.path} reads a file that is not there. {_first_line(error)}. {advice}") from None
        except duckdb.Error as error:
            raise Problem(f"DuckDB refuses {self.path}. {error}") from None


def _connect(path: Path, data: Path | None) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET file_search_path = ?", [f"{path.resolve().parent},{os.getcwd()}"])
    if data:
        connection.execute("SET VARIABLE data = ?", [str(data.resolve())])
    return connection


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
