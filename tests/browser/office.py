"""An operator's page over the real APIs of four services and the event log, each on a store in memory."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from infra.platform import event_log
from infra.platform.api import app as events_api
from services.features import api as features_api
from services.features.reactions import routes as features
from shared.access import OPERATORS
from shared.api import Api
from shared.mailbox import delivery
from shared.store import Item
from tests.browser.edge import Edge, Service, token
from tests.harness.facts import job, survey
from tests.harness.memory import MemoryStore
from tests.harness.room import Room
from tests.unit.deployer.house import House as Deployer
from tests.unit.evaluation.story import House as Evaluation
from tests.unit.registry.story import Registry, evaluation

SECOND_JOB = {"completed_at": "2026-11-20T10:00:00Z"}


class Office:
    """The console over a rollout at 50 %, three versions, one evaluation and one customer."""

    def __init__(self) -> None:
        self.deployer = Deployer().started()
        self.deployer.goes_well(10)
        self.deployer.goes_well(50, 4)
        self.registry = Registry()
        self.registry.given(evaluation())
        self.evaluation = Evaluation().evaluated(5)
        facts = job("s-1", satisfaction=5), survey("s-1", score=3), job("s-2", **SECOND_JOB)
        self.features = Room(features).given(*facts)
        self.edge = Edge(
            rollouts=_on(self.deployer.app, lambda: self.deployer.store),
            agents=_on(self.registry.http.app, lambda: self.registry.http.store),
            evaluations=self._evaluations,
            customers=_on(features_api.app, lambda: self.features.store),
            stories=_on(events_api, self._log),
        )

    @property
    def rollout(self) -> str:
        return self.deployer.rollout_id

    def opened(self, page: Page, view: str = "", group: str = OPERATORS) -> None:
        page.goto(f"{self.edge.url}operations.html#token={token('o-1', group)}")
        page.locator("#view > *").first.wait_for()
        if view:
            self.see(page, view)

    def see(self, page: Page, view: str) -> None:
        page.goto(f"{self.edge.url}operations.html#/{view}")
        page.locator("#view:not([aria-busy]) > *").first.wait_for()

    def _evaluations(self, event: dict[str, Any]) -> dict[str, Any]:
        self.evaluation.app.append_context(terms=self.evaluation.terms, reports=self.evaluation.reports)
        return _on(self.evaluation.app, lambda: self.evaluation.store)(event)

    def _log(self) -> MemoryStore:
        """What the deployer announced, as the event log keeps it."""
        log = MemoryStore()
        for (_, sk), said in self.deployer.store.items.items():
            if sk == "OUTBOX":
                kept = _logged(said)
                log.items[(kept["pk"], kept["sk"])] = kept
        return log


def _logged(said: Item) -> Item:
    body = {"source": said["source"], "detail-type": said["detail_type"], "detail": json.loads(said["detail"])}
    come = delivery({"messageId": "m-1", "body": json.dumps(body)})
    return event_log.row(come, "events/1", "2026-11-23T00:00:00+00:00")


def _on(app: Api, store: Callable[[], MemoryStore]) -> Service:
    def served(event: dict[str, Any]) -> dict[str, Any]:
        app.append_context(store=store())
        return app.resolve(event, None)

    return served
