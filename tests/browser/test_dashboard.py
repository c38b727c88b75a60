"""An operator looks at the dashboard in a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from botocore.stub import Stubber
from playwright.sync_api import Page, expect

from infra.platform.api import app
from infra.platform.charts import EACH_VERSION, Line, business
from shared import aws
from shared.access import OPERATORS, REVIEWERS
from shared.clock import now
from tests.browser.edge import Edge, token
from tests.harness.memory import MemoryStore

DAYS = 7
ALARMS = [("approval-rate", "ALARM", 70.0), ("draft-latency", "OK", 20.0), ("bounce-rate", "INSUFFICIENT_DATA", 4.0)]


def alarms() -> dict[str, Any]:
    return {"MetricAlarms": [
        {"AlarmName": f"referral-local-{name}", "StateValue": state, "Threshold": threshold,
         "StateTransitionedTimestamp": now(), "AlarmDescription": f"See docs/runbook.md#{name}."}
        for name, state, threshold in ALARMS
    ]}


def measured(days: int = DAYS) -> dict[str, Any]:
    """Every metric has a figure for every day but one; a search finds two versions."""
    midnight = datetime.combine(now().date(), datetime.min.time(), UTC)
    days_past = [midnight - timedelta(days=ago) for ago in reversed(range(days)) if ago != 2]
    found = [
        {"Id": f"{chart.key}_{number}", "Label": label, "StatusCode": "Complete", "Timestamps": days_past,
         "Values": [float(90 - 6 * number - 3 * at) for at, _ in enumerate(days_past)]}
        for chart in business() for number, line in enumerate(chart.lines) for label in _labels(line)
    ]
    return {"MetricDataResults": found}


def _labels(line: Line) -> list[str]:
    if EACH_VERSION not in line.label:
        return [line.label]
    return [line.label.replace(EACH_VERSION, f"referral-writer {version}") for version in (1, 2)]


class Board:
    """The console over the platform's own API, which asks this CloudWatch."""

    def __init__(self) -> None:
        self.cloudwatch = Stubber(aws.client("cloudwatch"))
        self.edge = Edge(figures=self.served)

    def knows(self, figures: dict[str, Any], known: dict[str, Any]) -> None:
        self.cloudwatch.add_response("describe_alarms", known)
        self.cloudwatch.add_response("get_metric_data", figures)

    def opened(self, page: Page, group: str = OPERATORS) -> None:
        page.goto(f"{self.edge.url}dashboard.html#token={token('o-1', group)}")

    def served(self, event: dict[str, Any]) -> dict[str, Any]:
        app.append_context(store=MemoryStore())
        return app.resolve(event, None)


@pytest.fixture
def board() -> Iterator[Board]:
    opened = Board()
    with opened.cloudwatch, opened.edge.open():
        yield opened


def test_an_operator_sees_every_figure_drawn_described_and_as_a_table(page: Page, board: Board) -> None:
    board.knows(measured(), alarms())
    board.opened(page)
    expect(page.get_by_role("heading", name="1 alarm fires")).to_be_visible()
    assert page.locator("figure h3").all_inner_texts() == [chart.title for chart in business()]
    approval = page.locator("figure").first
    expect(approval.get_by_role("img", name="Drafts that reviewers approved")).to_be_visible()
    assert re.match(r"all: last 75 %, from 75 % to 90 %\. .*Line: alarm: 70 %", approval.locator("desc").inner_html())
    assert approval.locator("polyline").count() == 6, "three lines with a day between that nobody knows"
    approval.get_by_text("As a table").click()
    expect(approval.get_by_role("row")).to_have_count(DAYS + 1)
    expect(approval.get_by_role("row").nth(5)).to_contain_text("–")


def test_a_funnel_says_how_many_are_left_of_the_step_before(page: Page, board: Board) -> None:
    board.knows(measured(), alarms())
    board.opened(page)
    funnel = page.locator("figure", has_text="From a job to a referral")
    expect(funnel.locator("desc")).to_contain_text("Jobs: 495. Prepared: 459, 93 % of jobs.")
    versions = page.locator("figure", has_text="by version").locator("h4")
    assert versions.all_inner_texts() == ["referral-writer 1", "referral-writer 2"]


def test_nothing_measured_and_another_time_are_said_in_words(page: Page, board: Board) -> None:
    board.knows({"MetricDataResults": []}, {"MetricAlarms": []})
    board.knows(measured(30), alarms())
    board.opened(page)
    expect(page.get_by_text("Nothing was measured in this time.").first).to_be_visible()
    expect(page.get_by_text("This account has no alarms yet.")).to_be_visible()
    page.get_by_role("link", name="30 days").click()
    expect(page.get_by_role("heading", name="1 alarm fires")).to_be_visible()
    assert page.url.endswith("#/days/30")


def test_what_fails_is_said_and_can_be_tried_again(page: Page, board: Board) -> None:
    board.edge.services["figures"] = lambda _: {"statusCode": 429, "body": '{"message": "Too Many Requests"}'}
    board.opened(page)
    expect(page.get_by_role("alert")).to_contain_text("Too much was asked at once. Wait")
    board.knows(measured(), alarms())
    board.edge.services["figures"] = board.served
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="1 alarm fires")).to_be_visible()


def test_a_reviewer_gets_no_figures_and_no_way_to_them(page: Page, board: Board) -> None:
    board.opened(page, REVIEWERS)
    expect(page.get_by_role("heading", name="This page is for operators")).to_be_visible()
    assert page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts() == ["Review"]
    assert board.edge.asked == []


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_the_dashboard_is_for_everybody(page: Page, board: Board, colors: str) -> None:
    board.knows(measured(), alarms())
    page.emulate_media(color_scheme=colors)
    board.opened(page)
    page.locator("figure svg").first.wait_for()
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_text("As a table").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
