"""How an approved draft leaves: claimed in a commit of its own, handed over once, and the result written down."""

from collections.abc import Callable
from dataclasses import dataclass

from services.orchestrator import agents, announcements, erasure, findings, mail, recall, table
from services.orchestrator.contact import Contact
from services.orchestrator.mail import InDoubt, Mailer, Rejected, TryLater
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms, terms
from shared.app import inbox_key, run
from shared.events.orchestrator import ReferralReviewed
from shared.observe import Observer
from shared.unit import Unit
from shared.writing.content import Content


@dataclass(frozen=True)
class Dispatch:
    """Where mails leave, by which provider and on which terms."""

    mailer: Mailer = Mailer()
    terms: Callable[[], Terms] = terms

    def send(self, reviewed: ReferralReviewed, unit: Unit) -> None:
        """Send what is approved in our own table; what the event claims is not believed."""
        referral = table.referral(unit, reviewed.referral_id)
        contact = table.contact(unit, reviewed.referral_id)
        if referral and (reviewed.draft_id in referral.recalled or referral.status == "suppressed"):
            return  # approved once, and taken back or suppressed since
        if not referral or not contact or not referral.may_leave(reviewed.content_hash):
            _tell("SendsRefused", reviewed.referral_id)
        elif table.opted_out(unit, contact):
            unit.announce(announcements.suppressed(table.saved(unit, referral.suppressed("opted_out"))))
        elif agents.fallen(unit, referral.author):
            recall.withdrawn(unit, referral)
        elif findings.hard(referral, contact, self.terms().company):  # approved under rules that have changed since
            unit.announce(announcements.send_failed(table.saved(unit, referral.failed("hard_findings"))))
        else:
            self._claim_and_post(referral, contact, unit)

    def _claim_and_post(self, approved: Referral, contact: Contact, unit: Unit) -> None:
        content = Content(subject=approved.draft.subject, body=approved.draft.body)
        letter = mail.compose(content, contact.email, approved.referral_id, self.terms().company)
        claimed = table.claim(unit, approved.claimed(unit.now()), contact)
        unit.commit()  # whatever happens from here on, nobody else sends this mail
        try:
            message_id = self.mailer.send(letter)
        except InDoubt:
            return _tell("SendsInDoubt", approved.referral_id)
        except Rejected as refusal:
            return run(lambda result: _failed(claimed, refusal.reason, result), unit.fresh)
        except TryLater:
            run(lambda result: _released(claimed, result), unit.fresh)
            raise
        run(lambda result: _sent(claimed, message_id, result), unit.fresh)


def _sent(claimed: Referral, message_id: str, unit: Unit) -> None:
    unit.announce(announcements.sent(table.saved(unit, claimed.sent(message_id))))


def _failed(claimed: Referral, reason: str, unit: Unit) -> None:
    unit.announce(announcements.send_failed(table.released(unit, claimed.failed(reason))))


def _released(claimed: Referral, unit: Unit) -> None:
    """As if the event had never come, so that it can come again."""
    erasure.end_here(unit, table.released(unit, claimed.released()))
    unit.delete(inbox_key(unit.cause))


def _tell(what: str, referral_id: str) -> None:
    observer = Observer("orchestrator")
    observer.warn(what, referral_id=referral_id)
    observer.count(what)
    observer.flush()
