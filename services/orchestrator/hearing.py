"""What is done about the provider's feedback: it is written down, told, counted, and bad addresses are left alone."""

from collections.abc import Callable
from dataclasses import dataclass

from services.orchestrator import afterwards, announcements, pause, provider, table
from services.orchestrator.feedback import ENDS, UNWANTED, Heard
from services.orchestrator.limits import Count
from services.orchestrator.model import UNSENT, Referral
from services.orchestrator.provider import MailEvent
from services.orchestrator.terms import Terms, terms
from shared.app import Routes
from shared.events.upstream import CustomerOptedOut
from shared.observe import Observer
from shared.store import Key
from shared.unit import Duplicate, Unit


@dataclass(frozen=True)
class Ear:
    """Where feedback arrives, and on which terms it stops the sending."""

    terms: Callable[[], Terms] = terms

    def hear(self, said: MailEvent, unit: Unit) -> None:
        """What is said of a mail that is not ours, or that never left, changes nothing."""
        referral = table.referral(unit, said.referral_id)
        if not referral or not _speaks_of(referral, said.message_id):
            return _tell("FeedbackUnknown")
        if said.fate in referral.feedback.heard:
            raise Duplicate
        left = _left(unit, referral, said.message_id)
        heard = left.feedback.after(said.fate, Heard(at=said.at, code=said.code))
        told = table.saved(unit, left.model_copy(update={"feedback": heard}))
        unit.announce(afterwards.became(told, said.fate))
        self._count(unit, referral, said)
        if said.fate in UNWANTED:
            _suppress(unit, said)

    def _count(self, unit: Unit, before: Referral, said: MailEvent) -> None:
        ended = said.fate in ENDS and not before.feedback.ended
        more = Count(mails=int(ended), bounced=int(said.fate == "bounced"), complained=int(said.fate == "complained"))
        if more != Count():
            pause.count(unit, more, self.terms().limits)


def _reads(said: MailEvent) -> list[Key]:
    return [table.referral_key(said.referral_id), table.contact_key(said.referral_id), pause.TALLY, pause.SWITCH]


def _speaks_of(referral: Referral, message_id: str) -> bool:
    """Of a mail that left by this id, is in doubt, or of which a person believed that it never left."""
    in_doubt = referral.status == "sending" or (referral.status in UNSENT and referral.settled_by is not None)
    return message_id == referral.message_id if referral.message_id else in_doubt


def _left(unit: Unit, referral: Referral, message_id: str) -> Referral:
    """A mail in doubt has left, for the provider speaks of it; nobody sends it again."""
    if referral.status == "sent":
        return referral
    gone = referral.sent(message_id)
    unit.announce(announcements.sent(gone))
    return gone


def _suppress(unit: Unit, said: MailEvent) -> None:
    """As if the recipient had asked for it; of somebody who is erased this is known already."""
    known = table.contact(unit, said.referral_id)
    if known:
        table.suppress(unit, CustomerOptedOut(customer_id=known.customer_id, email=known.email, at=said.at))


def _tell(what: str) -> None:
    observer = Observer("orchestrator")
    observer.count(what)
    observer.flush()


def feedback_routes(ear: Ear) -> Routes:
    """What this ear listens for; a mail without our tag was sent by hand, and SES keeps what is to be known of it."""
    routes = Routes("orchestrator", mailbox="orchestrator-feedback")
    options = {"inbox": False, "reads": _reads, "where": provider.OURS, "broken_kept_by": "ses"}

    @routes.fold(provider.Delivered, **options)
    @routes.fold(provider.Delayed, **options)
    @routes.fold(provider.Bounced, **options)
    @routes.fold(provider.Complained, **options)
    @routes.fold(provider.Rejected, **options)
    @routes.fold(provider.Opened, **options)
    @routes.fold(provider.Clicked, **options)
    def hear(said: MailEvent, unit: Unit) -> None:
        ear.hear(said, unit)

    return routes


feedback = feedback_routes(Ear())
