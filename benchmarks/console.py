"""The first page of the review console in a real browser on this machine: what it weighs, and when a reviewer can decide.

Behind it the orchestrator's own API answers from memory, so this is the page's share; the services' is in their own figures.
"""

import io
import os
import shutil
from contextlib import redirect_stdout
from statistics import median

from botocore.stub import Stubber
from playwright.sync_api import Browser, Response, sync_playwright

from benchmarks.measure import ENVIRONMENT, Figure
from shared import aws, secrets
from tests.browser.desk import GOOD, Desk
from tests.browser.edge import token

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
        loads = _loads(chromium)
    return [
        Figure("first page of the console, nothing cached, answers included", max(size for size, _ in loads) / 1e3, "kB", 150),
        Figure("until a draft can be decided, 20 waiting", median(seconds for _, seconds in loads), "s", 1),
    ]


def _loads(chromium: str) -> list[tuple[int, float]]:
    desk = Desk(*[GOOD] * _DRAFTS)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with desk.edge.open(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=root)
        loads = [_load(browser, f"{desk.edge.url}#token={token('r-1')}") for _ in range(_LOADS)]
        browser.close()
    return loads


def _load(browser: Browser, address: str) -> tuple[int, float]:
    """Bytes that came, uncompressed, and seconds until the draft can be approved, in a window that knows nothing."""
    context = browser.new_context()
    page, came = context.new_page(), list[Response]()
    page.on("response", lambda response: came.append(response))
    page.goto(address)
    page.locator("#approve").wait_for()
    seconds = float(page.evaluate("performance.now()")) / 1000
    size = sum(len(response.body()) for response in came)
    context.close()
    return size, seconds
