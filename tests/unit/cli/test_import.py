"""`referral import`: good rows go on the bus, the others are set aside with all their reasons."""

import csv
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.cli import imports
from shared.bus import Unavailable
from tests.unit.cli.laptop import Bus, laptop, referral, said, told

SQL = """
SELECT 's-' || n AS service_id, TIMESTAMP '2026-07-01 09:30:00' AS completed_at, 'c-' || (n % 4) AS customer_id,
       'c@example.com' AS customer_email, 'roof repair' AS service_type, 1.5 AS price_amount, 'EUR' AS price_currency,
       CASE WHEN n % 10 = 3 THEN 9 ELSE 5 END AS satisfaction, 'blue' AS colour
FROM range(25) AS r(n) ORDER BY n
"""


@pytest.fixture
def query(tmp_path: Path) -> Path:
    file = tmp_path / "jobs.sql"
    file.write_text(SQL)
    return file


def rejected(query: Path) -> list[dict[str, str]]:
    with query.with_suffix(".rejects.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_good_rows_go_and_broken_ones_are_listed_with_number_and_reasons(query: Path) -> None:
    bus = Bus()
    done = referral("import", str(query), "--json", account=laptop(bus))

    summary = said(done)
    counts = {name: summary[name] for name in ("rows", "sent", "rejected", "repeated", "customers", "stopped")}
    assert summary["reasons"] == {"satisfaction must be a whole number from 1 to 5": 3}
    assert counts == {"rows": 25, "sent": 22, "rejected": 3, "repeated": 0, "customers": 4, "stopped": False}
    assert [len(call) for call in bus.calls] == [10, 10, 2]
    assert {entry["Source"] for call in bus.calls for entry in call} == {"upstream.import"}
    assert {entry["EventBusName"] for call in bus.calls for entry in call} == {"referral-local"}
    assert "row 4: satisfaction must be a whole number from 1 to 5" in done.stderr
    assert "Not used: colour" in done.stderr
    named = [(row["rejected_row"], row["service_id"]) for row in rejected(query)]
    assert named == [("4", "s-3"), ("14", "s-13"), ("24", "s-23")]


def test_the_rejects_file_can_be_mended_and_imported(query: Path, tmp_path: Path) -> None:
    referral("import", str(query), account=laptop())
    repair = tmp_path / "repair.sql"
    repair.write_text("SELECT * REPLACE (5 AS satisfaction) FROM 'jobs.rejects.csv'")
    done = referral("import", str(repair), "--json", account=laptop())
    assert said(done)["sent"] == 3
    assert "rejected_row" not in done.stderr


def test_rejects_of_an_earlier_run_do_not_stay(query: Path) -> None:
    referral("import", str(query), account=laptop())
    query.write_text(SQL.replace("THEN 9", "THEN 1"))
    assert told("import", str(query), account=laptop())["rejects_file"] is None
    assert not query.with_suffix(".rejects.csv").exists()


def test_a_dry_run_sends_nothing(query: Path) -> None:
    bus = Bus()
    assert told("import", str(query), "--dry-run", account=laptop(bus))["sent"] == 22
    assert bus.calls == []


def test_history_and_limit(query: Path) -> None:
    bus = Bus()
    done = referral("import", str(query), "--historical", "--limit", "3", "--json", account=laptop(bus))
    assert said(done)["rows"] == 3
    assert [detail["historical"] for detail in bus.details] == [True, True, True]


def test_at_most_twenty_rejects_are_printed_and_all_are_in_the_file(query: Path) -> None:
    query.write_text(SQL.replace("CASE WHEN n % 10 = 3 THEN 9 ELSE 5 END", "9"))
    done = referral("import", str(query), account=laptop())
    assert done.stderr.count("row ") == 20
    assert "... and 5 more" in done.stderr
    assert "25 rows: satisfaction must be a whole number from 1 to 5" in done.stderr
    assert len(rejected(query)) == 25


def test_the_same_job_twice_is_counted_as_a_repetition(query: Path) -> None:
    query.write_text(SQL.replace("'s-' || n AS", "'s-' || (n // 2) AS").replace("THEN 9", "THEN 1"))
    summary = told("import", str(query), account=laptop())
    assert (summary["sent"], summary["repeated"]) == (25, 12)


def test_what_the_bus_will_never_take_is_a_reject(query: Path) -> None:
    bus = Bus(lambda entry: "MalformedDetail" if "s-7" in entry["Detail"] else None)
    done = referral("import", str(query), "--json", account=laptop(bus))
    assert said(done)["sent"] == 21
    assert "row 8: the bus refuses it: MalformedDetail" in done.stderr


def test_a_bus_that_is_down_says_how_far_it_got(query: Path) -> None:
    def put(entries: list[Any]) -> list[Any]:
        if any("s-12" in entry["Detail"] for entry in entries):
            raise Unavailable
        return []

    with pytest.raises(imports.Problem, match=r"import again later\. 10 jobs were sent before that"):
        imports.import_jobs(query, put=put, bus_name="b")


def test_an_aws_that_ends_meanwhile_says_how_far_it_got(query: Path) -> None:
    def gone(entry: dict[str, Any]) -> None:
        if "s-12" in entry["Detail"]:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/")

    done = referral("import", str(query), account=laptop(Bus(gone)))
    assert done.exit_code == 1
    assert "`referral up`" in done.stderr
    assert "10 jobs were sent before that; sent again, they count once." in done.stderr


def test_ctrl_c_stops_cleanly_and_says_how_many_were_sent(query: Path) -> None:
    def interrupted(entry: dict[str, Any]) -> None:
        if "s-12" in entry["Detail"]:
            raise KeyboardInterrupt

    done = referral("import", str(query), "--json", account=laptop(Bus(interrupted)))
    assert done.exit_code == 130
    assert "Stopped: 10 jobs were sent" in done.stderr
    assert '"stopped": true' in done.stdout


def test_whoever_imports_is_told_which_jobs_were_sent(query: Path) -> None:
    heard: list[int] = []
    done = imports.import_jobs(
        query, put=lambda entries: [], bus_name="b", limit=5, told=lambda summary: heard.append(summary.rows),
    )
    assert list(done.service_ids) == ["s-0", "s-1", "s-2", "s-4"]
    assert heard == [1, 2, 3, 4, 5]


def test_a_query_that_is_not_there_is_a_usage_error() -> None:
    done = referral("import", "nowhere.sql", account=laptop())
    assert done.exit_code == 2
    assert "nowhere.sql" in done.stderr
