"""The orchestrator in a test: its mailboxes and its API over one table, with a model and a provider beside it."""

import json
from typing import Any

from services.orchestrator import table
from services.orchestrator.api import app
from services.orchestrator.codes import code_of
from services.orchestrator.contact import Contact
from services.orchestrator.desk import Desk
from services.orchestrator.dispatch import Dispatch
from services.orchestrator.hearing import Ear, feedback_routes
from services.orchestrator.mail import Mailer
from services.orchestrator.model import Referral
from services.orchestrator.reactions import drafting_routes, follow, recalling, sending_routes
from services.orchestrator.terms import Terms
from shared.events import Event
from shared.events.orchestrator import DraftWithdrawn, ReferralReviewed
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentConfig, AgentRegistered, AliasMoved
from shared.events.upstream import CustomerOptedOut, referral_id
from shared.writing.company import Company
from shared.writing.examples import Knowledge
from shared.writing.model import Model
from tests.harness.facts import features, job
from tests.harness.http import Answer, Http
from tests.harness.memory import Contended
from tests.harness.outside import BODY, Bedrock, Library, Ses
from tests.harness.room import Room, record, said

REFERRAL = referral_id("s-1")
COMPANY = Company(
    name="Example Home Services", sender="Example Home Services <hello@example.com>",
    postal_address="1 Example Street, Exampletown", referral_url="https://example.com/refer",
    offer="20 EUR off", unsubscribe_mailto="unsubscribe@example.com",
)
CONFIG = AgentConfig(
    model_id="local.writer", system_prompt="You write short, honest mails.",
    user_prompt="{{facts}}\n{{notes}}\n{{ examples }}\n{{company}}\nWrite the mail.",
)


def coded(body: str = BODY) -> str:
    """What a model wrote, with the code of the referral in the link at its end."""
    return f"{body}?code={code_of(REFERRAL)}"


def prepared(service_id: str = "s-1", **changes: Any) -> ReferralPrepared:
    said = {
        "referral_id": referral_id(service_id), "service_id": service_id, "customer_id": "c-1", "given_name": "Dana",
        "time_zone": "Europe/Berlin", "features": features().features, "features_version": 1, "missing": {},
        "service": {
            "type": "roof repair", "completed_at": "2026-11-20T23:30:00Z", "satisfaction": 5,
            "price": {"amount": "100.00", "currency": "EUR"}, "property": {"type": "house", "region": "north"},
        },
    }
    return ReferralPrepared.model_validate(said | changes)


def registered(version: int = 1, config: AgentConfig = CONFIG) -> AgentRegistered:
    return AgentRegistered(
        agent="referral-writer", version=version, config_hash=f"hash-{version}", config=config, author="ae-1",
        message="new",
    )


def moved(to: int = 1, revision: int = 1, config_hash: str = "", rollout_id: str | None = None) -> AliasMoved:
    return AliasMoved(
        agent="referral-writer", alias="production", revision=revision, from_version=None, to_version=to,
        config_hash=config_hash or f"hash-{to}", cause="by hand", rollout_id=rollout_id,
    )


def opted_out(customer: str = "c-1", at: str = "2026-11-21T10:00:00Z", email: str | None = None) -> CustomerOptedOut:
    return CustomerOptedOut(customer_id=customer, at=at, email=email)


class House(Http):
    """One orchestrator; what it says is delivered to it only when the story wants that."""

    def __init__(self, *answers: Any, config: AgentConfig = CONFIG, **on: Any) -> None:
        terms = Terms(company=COMPANY, **on)
        self.bedrock, self.ses, self.config = Bedrock(*answers), Ses(), config
        self.library = Library()
        knowledge = Knowledge(lambda: self.library, lambda: "KB00000000")
        self.desk = Desk(Model(lambda: self.bedrock), lambda: terms, knowledge=knowledge)
        dispatch = Dispatch(Mailer(lambda: self.ses), lambda: terms)
        self.room, self.recalls = Room(
            follow, drafting_routes(self.desk), feedback_routes(Ear(lambda: terms)), sending_routes(dispatch),
        ), Room(recalling)
        self.disturbed = self.room.store = self.recalls.store = Contended()
        super().__init__(app, self.room.store)

    def ready(self) -> "House":
        """An agent is in production and the job is known."""
        self.room.given(registered(config=self.config), moved(), job("s-1"))
        return self

    def drafted(self) -> "House":
        self.ready().room.given(prepared())
        return self

    def approved(self) -> "House":
        self.drafted()
        assert self.approve().status == 200
        return self

    def call(self, *asked: Any, **query: Any) -> Answer:
        self.app.append_context(desk=self.desk)
        return super().call(*asked, **query)

    def tell(self, verb: str, **body: Any) -> Answer:
        return self.post(f"/drafts/{REFERRAL}/{verb}", {"reviewer": "r-1"} | body)

    def approve(self, content_hash: str | None = None) -> Answer:
        return self.tell("approve", content_hash=content_hash or self.referral.content_hash)

    def reviews(self) -> list[dict[str, Any]]:
        """The reviews in the outbox, as the bus delivers them."""
        return self._said(ReferralReviewed)

    def pass_on(self) -> list[str]:
        """Deliver every review that was announced."""
        return self.room.deliver(self.reviews())

    def draft_anew(self, receives: int = 1) -> list[str]:
        """Deliver every withdrawal that was announced."""
        return self.room.deliver(self._said(DraftWithdrawn, receives))

    @property
    def referral(self) -> Referral:
        found = self.store.get([key := table.referral_key(REFERRAL)])
        assert found, "there is no referral"
        return Referral.model_validate(found[key])

    @property
    def contact(self) -> Contact:
        return Contact.model_validate(self.store.items[table.contact_key(REFERRAL)])

    @property
    def status(self) -> str:
        return self.referral.status

    def events(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of one kind that were ever announced, oldest first."""
        return [detail["data"] for detail in self.details(kind)]

    def _said(self, contract: type[Event], receives: int = 1) -> list[dict[str, Any]]:
        details = self.details(contract.detail_type())
        return [record(event, metadata=known, receives=receives) for event, known in map(contract.unwrap, details)]

    def details(self, kind: str) -> list[dict[str, Any]]:
        """What of the events of one kind travels, metadata and data, oldest first."""
        rows = [row for (_, sk), row in self.store.items.items() if sk == "OUTBOX"]
        return [json.loads(row["detail"]) for row in rows if row["detail_type"] == kind]

    def state(self) -> dict[Any, Any]:
        """All that is stored, without proofs of delivery and without what changes with the clock."""
        return {key: item for key, item in self.store.items.items() if key[1] not in ("INBOX", "OUTBOX")}


def delivery(event: Any, event_id: str, receives: int = 1) -> dict[str, Any]:
    """The same event, as often as it is asked for."""
    return record(event, metadata=said(event, event_id, REFERRAL), receives=receives)
