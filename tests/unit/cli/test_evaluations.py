"""`referral evaluations`: asked of a service that finishes two cases whenever somebody looks."""

import json
import os
import webbrowser
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from infra.cli.evaluation_wait import Wait
from infra.cli.main import app
from shared.api import Api, Unknown
from tests.harness.http import Http
from tests.unit.cli.laptop import Laptop, laptop, referral, told

SIDE = {
    "approved": 3, "rejected": 1, "errors": 0, "failed_checks": {}, "latency_ms_p50": 210, "latency_ms_p95": None,
    "input_tokens": 900, "output_tokens": 300, "cost_usd": "0.0123",
}
COMPARISON = {
    "compared": 4, "both": 2, "only_baseline": 1, "only_candidate": 1, "neither": 0, "inconsistent": 0, "difference": -0.025,
    "interval": [-0.1, 0.05], "p_worse": 0.75, "p_better": 0.75, "p_inferior": 0.2, "margin": 0.1, "labelled": 3, "agreed": 2,
}
RESULT = {
    "verdict": "undecided", "passed": False, "reasons": ["4 of at least 130 cases were compared"], "cost_usd": "0.02",
    "metrics": {"baseline": SIDE, "candidate": SIDE | {"failed_checks": {"invented_name": 2}}}, "comparison": COMPARISON,
}
PAGE = "<!doctype html><title>v2 against v1: größer</title>"


class Evaluator:
    """Stands in for the evaluation service, with one evaluation after the other."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.found: dict[str, dict[str, Any]] = {}
        self.app = Api("evaluation")
        self.app.post("/evaluations")(self.start)
        self.app.get("/evaluations")(self.list)
        self.app.get("/evaluations/<name>")(self.show)
        self.app.get("/evaluations/<name>/report")(self.report)
        self.app.post("/evaluations/<name>/rescore")(self.rescore)

    def start(self) -> dict[str, Any]:
        asked = json.loads(self.app.current_event.body)
        self.asked.append(asked)
        name = f"e-{len(self.asked)}"
        self.found[name] = {
            "evaluation_id": name, "baseline": 1, "status": "running", "done": 0, "verdict": None, "passed": None,
            "reasons": [], "metrics": None, "comparison": None, "cost_usd": None, "started_at": "2026-11-20T10:00:00Z",
            "finished_at": None,
        } | asked
        return self.found[name]

    def list(self) -> dict[str, Any]:
        agent = (self.app.current_event.query_string_parameters or {}).get("agent")
        mine = [found for found in self.found.values() if agent in (None, found["agent"])]
        return {"evaluations": mine[::-1]}

    def show(self, name: str) -> dict[str, Any]:
        if name not in self.found:
            raise Unknown(f"There is no evaluation {name!r}: `referral evaluations list` shows those there are.")
        found = self.found[name]
        found["done"] = min(found["done"] + 2, found["cases"])
        if found["done"] == found["cases"]:
            found |= RESULT | {"status": "finished", "finished_at": "2026-11-20T10:01:00Z"}
        return found

    def report(self, name: str) -> dict[str, Any]:
        return {"html": PAGE, "json": {"evaluation_id": name, "cases": []}}

    def rescore(self, name: str) -> dict[str, Any]:
        self.found[name] |= {"verdict": "no_worse"}
        return self.found[name]


class Browser(webbrowser.BaseBrowser):
    """Remembers what it was to open."""

    def __init__(self) -> None:
        super().__init__("witness")
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return True


def on_a_terminal(arguments: list[str], account: Laptop) -> None:
    """Run the command with a terminal for its answers."""
    reader, writer = os.openpty()
    with open(reader, "rb"), open(writer, "w") as terminal, redirect_stdout(terminal):
        app(arguments, obj=account, standalone_mode=False)


@pytest.fixture
def evaluator() -> Evaluator:
    return Evaluator()


@pytest.fixture
def account(evaluator: Evaluator) -> Laptop:
    return laptop(evaluations_api=Http(evaluator.app))


def start(account: Laptop, *more: str, cases: int = 2) -> dict[str, Any]:
    return told("evaluations", "run", "referral-writer", "--candidate", "2", "--cases", str(cases), *more, account=account)


def test_a_run_waits_for_its_result(account: Laptop, evaluator: Evaluator) -> None:
    found = start(account, "--baseline", "1")
    assert (found["status"], found["verdict"], found["done"]) == ("finished", "undecided", 2)
    assert evaluator.asked == [{"agent": "referral-writer", "candidate": 2, "baseline": 1, "cases": 2}]


def test_without_a_baseline_the_service_takes_production(account: Laptop, evaluator: Evaluator) -> None:
    start(account, "--no-wait")
    assert evaluator.asked == [{"agent": "referral-writer", "candidate": 2, "cases": 2}]


def test_a_run_that_is_only_started_says_how_it_is_called(account: Laptop) -> None:
    assert start(account, "--no-wait") == told("evaluations", "list", account=account)[0]
    done = referral("evaluations", "run", "referral-writer", "--candidate", "2", "--no-wait", account=account)
    assert "e-2" in done.stdout
    assert "0 of 200" in done.stdout


def test_whoever_has_no_time_is_told_how_to_go_on(account: Laptop) -> None:
    done = referral("evaluations", "run", "writer", "--candidate", "2", "--timeout", "0", account=account)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "at 0 of 200 cases and goes on: referral evaluations show e-1" in done.stderr


def test_waiting_looks_more_rarely_the_longer_it_takes() -> None:
    naps: list[float] = []
    seen: list[int] = []
    states = iter([{"status": "running", "done": done} for done in range(1, 15)] + [{"status": "finished", "done": 15}])
    wait = Wait(lambda: next(states), naps.append, lambda: sum(naps))
    found = wait.until_finished({"status": "running", "done": 0}, 60, lambda found: seen.append(found["done"]))
    assert (found["status"], seen) == ("finished", list(range(16)))
    assert naps == sorted(naps)
    assert (naps[0], naps[-1]) == (0.25, 2)


def test_waiting_ends_where_time_is_up() -> None:
    naps: list[float] = []
    wait = Wait(lambda: {"status": "running"}, naps.append, lambda: sum(naps))
    assert wait.until_finished({"status": "running"}, 5, lambda found: None) == {"status": "running"}
    assert 5 <= sum(naps) < 7


def test_evaluations_are_listed_newest_first_for_all_or_one_agent(account: Laptop) -> None:
    start(account, "--no-wait")
    start(account, "--no-wait")
    told("evaluations", "run", "other-writer", "--candidate", "1", "--no-wait", account=account)
    names = [found["evaluation_id"] for found in told("evaluations", "list", "referral-writer", account=account)]
    assert names == ["e-2", "e-1"]
    assert len(told("evaluations", "list", account=account)) == 3
    assert "other-writer" in referral("evaluations", "list", account=account).stdout


def test_no_evaluation_yet_is_a_hint(account: Laptop) -> None:
    assert "referral evaluations run --help" in referral("evaluations", "list", account=account).stdout


def test_an_evaluation_is_read_by_people(account: Laptop) -> None:
    start(account)
    lines = [line.rstrip() for line in referral("evaluations", "show", "e-1", account=account).stdout.splitlines()]
    page = "\n".join(lines)
    assert "  4 of at least 130 cases were compared" in lines
    for said in ("baseline 1", "candidate 2", "invented_name 2", "0.0123", "undecided", "False"):
        assert said in page
    assert any(line.split() == ["latency,", "95", "%", "ms", "-", "-"] for line in lines)
    assert any(line.split() == ["failed", "checks", "none", "invented_name", "2"] for line in lines)
    assert "-2.5 points, 95 % interval -10.0 to +5.0" in page
    assert "worse 0.75, better 0.75, worse by 10 points or more 0.2" in page
    assert "agree on 2 of 3 drafts" in page


def test_an_evaluation_that_still_runs_shows_how_far_it_is(account: Laptop) -> None:
    start(account, "--no-wait", cases=10)
    shown = referral("evaluations", "show", "e-1", account=account).stdout
    assert "2 of 10" in shown
    assert "compared" not in shown


def test_where_nothing_was_compared_no_figure_pretends(account: Laptop, evaluator: Evaluator) -> None:
    start(account, "--no-wait", cases=10)
    evaluator.found["e-1"] |= RESULT | {"comparison": COMPARISON | {"compared": 0, "inconsistent": 4}}
    shown = referral("evaluations", "show", "e-1", account=account).stdout
    assert "0 cases; 4 more on which the judge was not consistent" in shown
    assert "points" not in shown


def test_an_unknown_evaluation_is_a_sentence(account: Laptop) -> None:
    done = referral("evaluations", "show", "e-9", account=account)
    assert done.exit_code == 1
    assert done.stderr == "referral: There is no evaluation 'e-9': `referral evaluations list` shows those there are.\n"


def test_a_report_is_a_file(account: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    done = referral("evaluations", "report", "e-1", "--output", str(file), account=account)
    assert (done.exit_code, done.stdout) == (0, f"{file}\n")
    assert file.read_text(encoding="utf-8") == PAGE


def test_a_report_has_a_name_of_its_own_and_figures_for_machines(
    account: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = told("evaluations", "report", "e-1", "--no-open", account=account)
    assert said == {"path": str(tmp_path / "evaluation-e-1.html"), "report": {"evaluation_id": "e-1", "cases": []}}
    assert (tmp_path / "evaluation-e-1.html").exists()


def test_only_a_terminal_is_shown_the_page(account: Laptop, tmp_path: Path) -> None:
    browser, page = Browser(), tmp_path / "r.html"
    webbrowser.register("witness", None, browser, preferred=True)
    asked = ["evaluations", "report", "e-1", "--output", str(page)]
    assert referral(*asked, account=account).exit_code == 0
    on_a_terminal([*asked, "--no-open"], account)
    on_a_terminal([*asked, "--json"], account)
    assert browser.opened == []
    on_a_terminal(asked, account)
    assert browser.opened == [page.as_uri()]


def test_a_report_that_can_not_be_written_says_where_to_put_it(account: Laptop, tmp_path: Path) -> None:
    done = referral("evaluations", "report", "e-1", "--output", str(tmp_path / "no" / "r.html"), account=account)
    assert done.exit_code == 1
    assert "name a file with --output" in done.stderr


def test_scoring_anew_shows_what_it_says_now(account: Laptop) -> None:
    start(account)
    assert told("evaluations", "rescore", "e-1", account=account)["verdict"] == "no_worse"
