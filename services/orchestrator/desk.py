"""How a prepared referral gets its draft, whether an event or a person asked for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.orchestrator import agents, announcements, bookings, codes, endings, findings, gates, table
from services.orchestrator.contact import Contact
from services.orchestrator.draft import Author, Draft
from services.orchestrator.forgotten import forgotten
from services.orchestrator.latest import Latest
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms, terms
from shared import genai, persons
from shared.app import NotYet
from shared.clock import derived_id
from shared.events.orchestrator import DraftWithdrawn
from shared.events.prep import ReferralPrepared
from shared.events.registry import AgentConfig
from shared.observe import Observer
from shared.store import Key
from shared.unit import Conflict, Unit
from shared.writing import mail, prices, prompt
from shared.writing.content import Content
from shared.writing.examples import Found, Knowledge, wanted
from shared.writing.faults import ModelFault
from shared.writing.model import Answer, Model


@dataclass(frozen=True)
class Desk:
    """Where drafts are written, by whom and on which terms.

    The model is called before anything is written: a call that has to be repeated costs money and harms nobody.
    """

    model: Model = Model()
    terms: Callable[[], Terms] = terms
    latest: Latest = field(default_factory=Latest)
    knowledge: Knowledge = Knowledge()
    observer: Observer = field(default_factory=lambda: Observer("orchestrator"))

    def reads(self, about: ReferralPrepared | DraftWithdrawn) -> list[Key]:
        """What is worth reading together with the event's inbox row."""
        own = table.reads_of_draft(about.referral_id, about.customer_id, self.terms().agent)
        return [*own, bookings.code_key(codes.code_of(about.referral_id))]

    def prepare(self, referral: Referral, unit: Unit, last: bool) -> Referral:
        """Draft, fail or suppress a referral and announce it; raises what may pass, unless this try is the ``last``."""
        unit.load(self.reads(referral.prepared))
        done = self._outcome(referral, unit, last)
        unit.announce(announcements.prepared(done))
        return table.saved(unit, done)

    def _outcome(self, referral: Referral, unit: Unit, last: bool) -> Referral:
        if persons.erased(unit, referral.customer_id):
            return forgotten(referral)
        contact, terms = table.contact(unit, referral.referral_id), self.terms()
        if not contact:
            raise NotYet
        author = self._author(referral, unit)
        table.load_what_follows(unit, contact, author)
        if reason := gates.never(endings.case(unit, referral, contact, terms)):
            return referral.suppressed(reason)
        config = agents.config(unit, author) if author else None
        if not config and not last:
            raise NotYet
        if not config:
            return referral.assigned(Author(agent=terms.agent), unit.receives).failed("no_production_agent")
        if agents.fallen(unit, author):
            raise Conflict  # rolled back since it was chosen
        counted = agents.counted(unit, author, referral.customer_id)
        return self._written(referral.assigned(counted, unit.receives), config, contact, unit, last)

    def _author(self, referral: Referral, unit: Unit) -> Author | None:
        """By whom a referral is written; what was taken back once is no trial again."""
        agent = self.terms().agent
        if referral.recalled:
            return agents.serving(unit, agent)
        return agents.chosen(unit, agent, referral.customer_id)

    def _written(self, referral: Referral, config: AgentConfig, contact: Contact, unit: Unit, last: bool) -> Referral:
        terms = self.terms()
        try:
            found = self.knowledge.similar(referral.prepared, wanted(config))
            rendered = prompt.render(config, referral.prepared, contact, terms.company, found.examples)
            asked = mail.request(rendered, terms.guardrail)
            question = unit.cause.event_id, mail.fingerprint(asked)
            written = self.latest.to(question, lambda: self._let_pass(self._asked(asked, referral.author)))
        except prompt.PromptInvalid:
            return referral.failed("prompt_invalid")
        except ModelFault as fault:
            if fault.passing and not last:
                raise
            return referral.failed(fault.reason)
        draft_id = "d-" + derived_id("draft", referral.referral_id, unit.cause.event_id)
        draft = bookings.coded(unit, referral.referral_id, draft_of(draft_id, asked, written, found), terms.company)
        return findings.noted(referral.drafted(draft, unit.now()), contact, terms.company)

    def _asked(self, asked: dict[str, Any], author: Author) -> Answer[Content]:
        """The model's answer, traced under OpenTelemetry's names where tracing is on."""
        with self.observer.span(genai.span_name(asked["modelId"])) as span:
            answer = self.model.ask(asked, mail.MAIL)
            genai.note(span, asked["modelId"], author.agent, author.version, answer)
        return answer

    def _let_pass(self, written: Answer[Content]) -> Answer[Content]:
        """What was written, where the account has no guardrail or its guardrail lets the finished words pass."""
        guardrail = self.terms().guardrail
        if guardrail:
            self.model.let_pass(guardrail.about(written.said))
        return written


def draft_of(draft_id: str, asked: dict[str, Any], written: Answer[Content], found: Found = Found()) -> Draft:
    return Draft(
        draft_id=draft_id,
        subject=written.said.subject,
        body=written.said.body,
        prompt_hash=mail.fingerprint(asked),
        input_tokens=written.input_tokens,
        output_tokens=written.output_tokens,
        latency_ms=written.latency_ms,
        cost_usd=prices.cost(asked["modelId"], written.input_tokens, written.output_tokens),
        examples=found.ids,
        examples_missing=found.missing,
    )
