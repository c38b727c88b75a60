"""A query gives rows, or says in one sentence why it does not."""

from pathlib import Path

import pytest

from infra.cli.query import Query
from infra.cli.say import Problem

JOB = "SELECT 's-1' service_id, now() completed_at, 'c-1' customer_id, 'c@example.com' customer_email, 'x' service_type"


def query(folder: Path, sql: str, data: Path | None = None) -> Query:
    file = folder / "jobs.sql"
    file.write_text(sql, encoding="utf-8")
    return Query(file, data)


def test_rows_come_by_the_names_of_their_columns(tmp_path: Path) -> None:
    [row] = query(tmp_path, JOB).rows()
    assert list(row) == ["service_id", "completed_at", "customer_id", "customer_email", "service_type"]
    assert row["completed_at"].utcoffset().total_seconds() == 0


def test_comments_semicolons_and_statements_before_the_last_are_fine(tmp_path: Path) -> None:
    opened = query(tmp_path, f"-- first\nCREATE TEMP TABLE n AS FROM range(3);\n{JOB} FROM n -- tail\n;\n-- end\n")
    assert opened.count() == 3
    assert len(list(opened.rows(limit=2))) == 2


def test_files_are_found_beside_the_query_and_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / f"{folder.name}.csv").write_text("n\n1\n2\n")
    monkeypatch.chdir(here)
    assert query(there, f"{JOB} FROM 'here.csv'").count() == 2
    assert query(there, f"{JOB} FROM 'there.csv'").count() == 2


def test_the_data_folder_is_a_variable(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("n\n1\n")
    assert query(tmp_path, f"{JOB} FROM read_csv(getvariable('data') || '/n.csv')", tmp_path).count() == 1
    assert query(tmp_path, f"{JOB} WHERE getvariable('data') IS NULL").count() == 1


@pytest.mark.parametrize("sql, sentence", [
    ("SELECT 1 AS colour", r"columns service_id, completed_at, .*It gives colour; required are"),
    (JOB.replace("'x' service_type", "'x' kind"), r"does not give the column service_type\. It gives .*kind"),
    ("SELEC 1", "is not a query that DuckDB understands"),
    ("CREATE TABLE t (a int)", "must end with a SELECT"),
    ("", "must end with a SELECT"),
    (f"{JOB} FROM 'nowhere.csv'", "reads a file that is not there.*REFERRAL_DATA or --data"),
    (f"{JOB} FROM nothing", "DuckDB refuses.*nothing"),
])
def test_a_query_of_no_use_is_refused_with_advice(tmp_path: Path, sql: str, sentence: str) -> None:
    with pytest.raises(Problem, match=f"(?s){sentence}"):
        query(tmp_path, sql)


def test_a_row_that_can_not_be_computed_is_a_sentence_too(tmp_path: Path) -> None:
    no_number = JOB.replace("'x' service_type", "('a' || n)::INT::VARCHAR service_type")
    opened = query(tmp_path, f"{no_number} FROM range(3) r(n)")
    with pytest.raises(Problem, match="DuckDB refuses"):
        list(opened.rows())


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.sql").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Problem, match="not UTF-8"):
        Query(tmp_path / "jobs.sql")
