"""A reviewer's page over a real orchestrator: drafts in, and what the person sees and does."""

from typing import Any

from playwright.sync_api import Locator, Page

from shared.events.upstream import referral_id
from tests.browser.edge import Edge, token
from tests.harness.facts import job
from tests.harness.outside import written
from tests.unit.orchestrator.story import House, moved, prepared, registered

GOOD = (
    "Hello Dana,\n\nthank you for having us repair your roof. If you know somebody whose roof needs care, "
    "send them to https://example.com/refer and both of you save.\n\nWarm regards"
)
BAD = "Hello Dana,\n\nthank you! Pay 999 EUR at http://evil.test/now and tell your friend Mallory about it, please."


class Desk:
    """The console over one orchestrator whose queue holds these drafts, oldest first."""

    def __init__(self, *bodies: str, notes: str = "Replaced twelve tiles.") -> None:
        answers = [written(f"A small thank you, {number}", body) for number, body in enumerate(bodies, 1)]
        self.house = House(*answers)
        self.ids = [referral_id(f"s-{number}") for number, _ in enumerate(bodies, 1)]
        self.house.room.given(registered(), moved())
        for number, _ in enumerate(bodies, 1):
            self.house.room.given(job(f"s-{number}", service__notes=notes), prepared(f"s-{number}"))
        self.edge = Edge(drafts=self._served)

    def opened(self, page: Page, person: str = "r-1") -> "Window":
        page.clock.install()
        page.goto(f"{self.edge.url}#token={token(person)}")
        return Window(page)

    def status(self, number: int = 1) -> str:
        return self._shown(number)["status"]

    def content(self, number: int = 1) -> str:
        return self._shown(number)["content_hash"]

    def meanwhile(self, verb: str, **said: str) -> None:
        """Somebody else, r-2, does this; the resolver answers one at a time, and the page asks it too."""
        with self.edge.one_at_a_time:
            body = {"content_hash": self._shown(1)["content_hash"], "reviewer": "r-2"} | said
            assert self.house.post(f"/drafts/{self.ids[0]}/{verb}", body).status == 200

    def _shown(self, number: int) -> dict[str, Any]:
        with self.edge.one_at_a_time:
            return self.house.get(f"/drafts/{self.ids[number - 1]}").body

    def _served(self, event: dict[str, Any]) -> dict[str, Any]:
        self.house.app.append_context(store=self.house.store, desk=self.house.desk)
        return self.house.app.resolve(event, None)


class Window:
    """What a person sees and does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.subject.wait_for()

    @property
    def subject(self) -> Locator:
        return self.page.locator("#subject")

    def press(self, *keys: str) -> "Window":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def later(self, verb: str) -> None:
        """Time passes, and what waited is told."""
        with self.page.expect_response(f"**/{verb}"):
            self.page.clock.fast_forward(6_000)
