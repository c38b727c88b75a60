"""What keeps a mail from being written, approved or sent: small decisions, of which the first that objects counts; pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from services.orchestrator.contact import Contact
from services.orchestrator.model import Referral
from services.orchestrator.terms import Terms

Reason = Literal["opted_out", "no_consent", "asked_recently", "expired"]


class Case(NamedTuple):
    """All that is to be known of a mail that wants to leave; ``asked_at`` is when its customer got another one."""

    referral: Referral
    contact: Contact
    opted_out: bool
    asked_at: datetime | None
    terms: Terms
    now: datetime


class Wait(NamedTuple):
    """Why a mail does not leave yet, and until when."""

    reason: str
    until: datetime


def never(case: Case) -> Reason | None:
    """Why this customer is not to be written to about this job at all."""
    return next((reason for gate in _NEVER if (reason := gate(case))), None)


def too_late(case: Case) -> Reason | None:
    """... or not any more."""
    return never(case) or _expired(case)


def not_yet(case: Case) -> Wait | None:
    """Why a mail that may leave has to wait; the longest wait counts."""
    return max((wait for gate in _NOT_YET if (wait := gate(case))), key=lambda wait: wait.until, default=None)


def _opted_out(case: Case) -> Reason | None:
    return "opted_out" if case.opted_out else None


def _no_consent(case: Case) -> Reason | None:
    """An unknown consent is a reason only where consent is required."""
    consent = case.contact.consent
    return "no_consent" if consent is False or (case.terms.require_consent and not consent) else None


def _asked_recently(case: Case) -> Reason | None:
    again = case.asked_at and case.asked_at + case.terms.mailing.between_asks
    return "asked_recently" if again and case.now < again else None


def _expired(case: Case) -> Reason | None:
    return "expired" if case.referral.older_than(case.terms.mailing.review_window, case.now) else None


def _quiet_hours(case: Case) -> Wait | None:
    until = case.terms.mailing.quiet_for(case.contact.time_zone, case.now)
    return Wait("quiet_hours", until) if until else None


_NEVER: tuple[Callable[[Case], Reason | None], ...] = (_opted_out, _no_consent, _asked_recently)
_NOT_YET: tuple[Callable[[Case], Wait | None], ...] = (_quiet_hours,)
