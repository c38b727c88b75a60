"""How an approved draft leaves: claimed in a commit of its own, handed over once, and the result written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from services.orchestrator import agents, announcements, asks, endings, erasure, findings, gates, mail, pause, recall, table
from services.orchestrator.contact import Contact
from services.orchestrator.gates import Wait
from services.orchestrator.mail import InDoubt, Mailer, Rejected, TryLater
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms, terms
from shared.commit import inbox_key, run
from shared.events.orchestrator import ReferralReviewed, WaitEnded
from shared.observe import Observer
from shared.unit import Unit
from shared.writing.content import Content

_AGAIN = timedelta(minutes=10)  # longer than all tries of a message take


@dataclass(frozen=True)
class Dispatch:
    """Where mails leave, by which provider and on which terms."""

    mailer: Mailer = Mailer()
    terms: Callable[[], Terms] = terms

    def send(self, said: ReferralReviewed | WaitEnded, unit: Unit) -> None:
        """Send what is approved in our own table; what the event claims is not believed."""
        referral, contact = table.referral(unit, said.referral_id), table.contact(unit, said.referral_id)
        if referral and (said.draft_id in referral.recalled or referral.status in ("suppressed", "expired")):
            return  # approved once, and taken back, suppressed or expired since
        if not referral or not contact or not referral.may_leave(said.content_hash):
            _tell("SendsRefused", said.referral_id)
        else:
            self._decide(referral, contact, unit)

    def _decide(self, referral: Referral, contact: Contact, unit: Unit) -> None:
        table.load_for_decision(unit, referral, contact)
        case = endings.case(unit, referral, contact, self.terms())
        if reason := gates.too_late(case):
            endings.ended(unit, referral, reason)
        elif agents.fallen(unit, referral.author):
            recall.withdrawn(unit, referral)
        elif findings.hard(referral, contact, self.terms().company):  # approved under rules that have changed since
            unit.announce(announcements.send_failed(table.saved(unit, referral.failed("hard_findings"))))
        elif wait := pause.wait(unit) or gates.not_yet(case):
            _wait(referral, wait, unit)
        else:
            self._claim_and_post(referral, contact, unit)

    def _claim_and_post(self, approved: Referral, contact: Contact, unit: Unit) -> None:
        content = Content(subject=approved.draft.subject, body=approved.draft.body)
        letter = mail.compose(content, contact.email, approved.referral_id, self.terms().company, self.terms().reports_to)
        claimed = table.claim(unit, approved.claimed(unit.now()), contact)
        unit.commit()  # whatever happens from here on, nobody else sends this mail
        try:
            message_id = self.mailer.send(letter)
        except InDoubt:
            return _tell("SendsInDoubt", approved.referral_id)
        except Rejected as refusal:
            return run(partial(_failed, claimed, refusal.reason), unit.fresh)
        except TryLater:
            run(partial(_released, claimed), unit.fresh)
            raise
        run(partial(_sent, claimed, message_id), unit.fresh)


def _wait(approved: Referral, wait: Wait, unit: Unit) -> None:
    """It stays approved, and is looked at again by itself."""
    table.saved(unit, approved.waiting(wait.until))
    asks.wait(unit, approved.referral_id, wait.until)


def _sent(claimed: Referral, message_id: str, unit: Unit) -> None:
    now = table.referral(unit, claimed.referral_id)
    if not now or now.status != "sent":  # what became of it may be heard before that it left
        unit.announce(announcements.sent(table.saved(unit, claimed.sent(message_id))))


def _failed(claimed: Referral, reason: str, unit: Unit) -> None:
    unit.announce(announcements.send_failed(table.released(unit, claimed.failed(reason))))


def _released(claimed: Referral, unit: Unit) -> None:
    """As if the event had never come, so that it can come again; where it was too early for that, time wakes the mail."""
    erasure.end_here(unit, table.released(unit, claimed.released()))
    unit.delete(inbox_key(unit.cause))
    asks.wait(unit, claimed.referral_id, unit.now() + _AGAIN)


def _tell(what: str, referral_id: str) -> None:
    observer = Observer("orchestrator")
    observer.warn(what, referral_id=referral_id)
    observer.count(what)
    observer.flush()
