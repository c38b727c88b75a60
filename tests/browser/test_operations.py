"""An operator looks after agents, rollouts, evaluations and customers in a real browser."""

from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from shared.access import OPERATORS, REVIEWERS
from shared.store import Item, Key
from tests.browser.edge import token
from tests.browser.office import Office

AGENT = "agents/referral-writer"
Items = dict[Key, Item]
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SLOW_ROLLOUTS = """
const quick = fetch;
const later = (asked) => new Promise((go) => setTimeout(() => go(quick(...asked)), 500));
window.fetch = (...asked) => (String(asked[0]).includes("/api/rollouts") ? later(asked) : quick(...asked));
"""


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Office, Items]]:
    """What was there in the beginning, too."""
    office = Office()
    with office.edge.open():
        yield office, deepcopy(office.deployer.store.items)


@pytest.fixture
def office(made: tuple[Office, Items]) -> Office:
    """As if nobody had ordered anything."""
    office, before = made
    office.deployer.store.items = deepcopy(before)
    office.edge.asked.clear()
    return office


def test_a_rollout_shows_its_evidence_between_the_bounds_and_what_it_waits_for(page: Page, office: Office) -> None:
    office.opened(page)
    page.get_by_role("link", name=office.rollout).click()
    expect(page.get_by_role("heading", name=office.rollout)).to_be_visible()
    standing = office.deployer.shown["standing"]
    worse, fine = page.locator("figure").all()
    expect(worse.locator("desc")).to_contain_text(f"the candidate is worse: {standing['e']:.2g} now")
    expect(worse.locator("desc")).to_contain_text("Line: 20: it goes back")
    expect(fine.locator("desc")).to_contain_text("Line: 1: on to 50 %")
    assert worse.locator("circle").count() == 3, "its start, its step to 50 %, and now"
    expect(page.locator(".shares .here")).to_have_text("50 %")
    expect(page.get_by_role("row", name="Approval 10 %")).to_contain_text("91.7 %")
    expect(page.get_by_text("approval: 10 outcomes of the candidate in this stage, there are 4")).to_be_visible()
    page.get_by_role("link", name="every event").click()
    expect(page.locator(".timeline li")).to_have_count(3)
    expect(page.locator(".timeline li").nth(1)).to_contain_text("Rollout started")


def test_a_rollout_is_held_and_resumed_once_it_was_said_what_will_happen_and_why(page: Page, office: Office) -> None:
    office.opened(page, f"rollouts/{office.rollout}")
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("dialog")).to_contain_text("Version 2 stays at 50 % of the customers")
    page.get_by_role("button", name="Leave it as it is").click()
    assert office.deployer.rollout.status == "running"
    page.get_by_role("button", name="Hold").click()
    page.get_by_label("Why?").fill("complaints are looked at")
    page.get_by_label("Why?").press("Enter")
    expect(page.get_by_role("row", name="complaints are looked at")).to_contain_text("o-1")
    assert office.edge.commands() == [("hold", {"reason": "complaints are looked at"})]
    assert office.deployer.rollout.status == "held"
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_an_order_that_comes_too_late_says_what_to_do_instead(page: Page, office: Office) -> None:
    office.opened(page, f"rollouts/{office.rollout}")
    office.deployer.order("rollback")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("dialog")).to_contain_text("All customers get version 1 again")
    page.get_by_label("Why?").fill("wrong tone")
    page.get_by_label("Why?").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("it is over for good: start another one")


def test_an_agent_leads_to_its_versions_and_to_what_one_changes(page: Page, office: Office) -> None:
    office.opened(page, "agents")
    page.get_by_role("link", name="referral-writer").click()
    expect(page.get_by_role("row", name="version 1", exact=False).first).to_be_visible()
    expect(page.get_by_role("region", name="Versions").get_by_role("row", name="version 2")).to_contain_text("Better")
    page.get_by_role("region", name="Versions").get_by_role("link", name="version 2").click()
    expect(page.locator("pre").first).to_have_text("prompt 2")
    page.get_by_role("link", name="with version 1").click()
    expect(page.locator(".diff .gone")).to_have_text("-prompt 1\n")
    expect(page.locator(".diff .added")).to_have_text("+prompt 2\n")


def test_an_evaluation_says_why_it_opens_a_rollout_or_not(page: Page, office: Office) -> None:
    office.opened(page, "evaluations")
    known = office.evaluation.only
    page.get_by_role("link", name=known["evaluation_id"]).click()
    for reason in known["reasons"]:
        expect(page.get_by_text(reason)).to_be_visible()
    expect(page.get_by_role("img", name="What became of the cases")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Download the report").click()
    report = office.evaluation.bucket.objects[f"reports/{known['evaluation_id']}.html"]
    assert kept.value.path().read_bytes() == report


def test_a_customer_is_seen_as_known_over_time_and_an_unknown_one_says_so(page: Page, office: Office) -> None:
    office.opened(page, "customers")
    page.get_by_label("Customer").fill("c-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="survey s-1")).to_contain_text("3")
    expect(page.get_by_role("img", name="Jobs").locator("desc")).to_contain_text("jobs: last 2, from 1 to 2")
    page.get_by_label("Customer").fill("nobody")
    page.get_by_role("button", name="Show").click()
    said = page.locator("#view").get_by_role("alert")
    expect(said).to_contain_text("No completed job of customer 'nobody' was counted yet.")


def test_moments_are_the_readers_with_utc_behind_them(office: Office, browser: Browser) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    office.opened(page, "customers/c-1")
    moment = page.locator("time").first
    expect(moment).to_have_attribute("title", "2026-11-20 10:00:00 UTC")
    expect(moment).to_have_text("20 Nov 2026, 19:00")
    context.close()


def test_a_reviewer_learns_nothing_of_versions_here(page: Page, office: Office) -> None:
    page.goto(office.edge.url)
    office.opened(page, group=REVIEWERS)
    expect(page.get_by_role("heading", name="This page is for operators")).to_be_visible()
    assert office.edge.asked == []


def test_a_slow_answer_does_not_take_the_place_of_what_was_asked_for_later(page: Page, office: Office) -> None:
    page.add_init_script(SLOW_ROLLOUTS)
    page.goto(f"{office.edge.url}operations.html#token={token('o-1', OPERATORS)}")
    page.get_by_role("link", name="Agents").click()
    expect(page.get_by_role("link", name="referral-writer")).to_be_visible()
    with page.expect_response("**/api/rollouts*") as late:
        pass
    late.value.finished()
    page.evaluate(TWO_FRAMES)
    expect(page.get_by_role("heading", name="Agents")).to_be_visible()


def test_whoever_signs_in_on_a_page_comes_back_to_it(page: Page, office: Office) -> None:
    url = office.edge.url
    config = {"sign_in": "hosted", "client_id": "c", "domain": url.rstrip("/")}
    tokens = {"access_token": token("o-1", OPERATORS), "refresh_token": "r"}
    page.route("**/config.json", lambda route: route.fulfill(json=config))
    page.route("**/oauth2/authorize?*", lambda route: route.fulfill(status=302, headers={"location": back(url, route)}))
    page.route("**/oauth2/token", lambda route: route.fulfill(json=tokens))
    page.goto(f"{url}operations.html#/agents/referral-writer")
    expect(page.get_by_role("heading", name="referral-writer")).to_be_visible()
    assert page.url == f"{url}operations.html#/agents/referral-writer"


def back(url: str, route: Route) -> str:
    """Where Cognito's page leads to, whatever page somebody came from."""
    asked = dict(parse_qsl(urlsplit(route.request.url).query))
    assert asked["redirect_uri"] == url
    return f"{url}?code=c&state={asked['state']}"


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_operations_are_for_everybody_and_fit_a_phone(page: Page, office: Office, colors: str) -> None:
    page.emulate_media(color_scheme=colors)
    office.opened(page)
    views = [f"rollouts/{office.rollout}", AGENT, f"{AGENT}/versions/1/diff/2"]
    evaluation = f"evaluations/{office.evaluation.only['evaluation_id']}"
    others = ["rollouts", "agents", evaluation, "customers/c-1", f"stories/{office.rollout}"]
    for view in [*views, *others] if colors == "light" else views:
        page.set_viewport_size({"width": 1280, "height": 900})
        office.see(page, view)
        found = Axe().run(page)
        assert not found.violations_count, (view, found.generate_report())
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 360, view
