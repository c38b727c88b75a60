"""The pages of the console in a real browser on this machine: what each weighs, and when a person can use it.

Behind them the services' own APIs answer from memory, so this is the pages' share; the services' is in their figures.
"""

import io
import json
import os
import shutil
from contextlib import redirect_stdout
from statistics import median
from typing import NamedTuple

from botocore.stub import Stubber
from playwright.sync_api import Browser, Response, sync_playwright

from benchmarks.measure import ENVIRONMENT, Figure
from shared import aws, secrets
from shared.access import OPERATORS, REVIEWERS
from tests.browser.desk import GOOD, Desk
from tests.browser.edge import Edge, token
from tests.browser.office import Office
from tests.browser.test_dashboard import Board, alarms, measured

_DRAFTS, _LOADS = 20, 9
_SENDING = {"SENDING_SECRET": "sending", "UNSUBSCRIBE_URL": "https://unsubscribe.example.com/"}


def figures() -> list[Figure]:
    chromium = shutil.which("chromium")
    if not chromium:
        raise SystemExit("This needs Chromium: apt-get install chromium")
    os.environ.update(ENVIRONMENT | _SENDING | {"POWERTOOLS_LOG_LEVEL": "CRITICAL"})
    with Stubber(aws.client("secretsmanager")) as kept:
        kept.add_response("get_secret_value", {"SecretString": "of the benchmark"})
        secrets.secret(_SENDING["SENDING_SECRET"])
    with redirect_stdout(io.StringIO()):  # where metrics go
        return [figure for page in _pages() for figure in _figures(page, _loads(chromium, page))]


class _Page(NamedTuple):
    """A page as somebody opens it, and what has to be there before it can be used."""

    name: str
    edge: Edge
    path: str
    group: str
    usable: str


def _pages() -> list[_Page]:
    office, board, drawn = Office(), Board(), "figure svg"
    for _ in range(_LOADS):
        board.knows(measured(), alarms())
    board.cloudwatch.activate()
    return [
        _Page("review, 20 drafts waiting", Desk(*[GOOD] * _DRAFTS).edge, "", REVIEWERS, "#approve"),
        _Page("operations, a rollout", office.edge, f"operations.html#/rollouts/{office.rollout}", OPERATORS, drawn),
        _Page("dashboard, twelve charts", board.edge, "dashboard.html", OPERATORS, drawn),
    ]


def _figures(page: _Page, loads: list[tuple[int, float]]) -> list[Figure]:
    heaviest = max(size for size, _ in loads)
    return [
        Figure(f"weight of {page.name}, nothing cached, answers included", heaviest / 1e3, "kB", 150),
        Figure(f"until it can be used: {page.name}", median(seconds for _, seconds in loads), "s", 1),
    ]


def _loads(chromium: str, page: _Page) -> list[tuple[int, float]]:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with page.edge.open(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=root)
        loads = [_load(browser, page) for _ in range(_LOADS)]
        browser.close()
    return loads


def _load(browser: Browser, page: _Page) -> tuple[int, float]:
    """Bytes that came, uncompressed, and seconds until somebody can work, in a window that knows nothing."""
    context = browser.new_context()
    opened, came = context.new_page(), list[Response]()
    session = json.dumps(json.dumps({"access": token("o-1", page.group)}))
    context.add_init_script(f"sessionStorage.setItem('referral.session', {session})")
    opened.on("response", lambda response: came.append(response))
    opened.goto(f"{page.edge.url}{page.path}")
    opened.locator(page.usable).first.wait_for()
    seconds = float(opened.evaluate("performance.now()")) / 1000
    size = sum(len(response.body()) for response in came)
    context.close()
    return size, seconds
