"""The link by which whoever got a mail wants no more of them: it names the mail, and nobody can make one up."""

import hmac

from services.orchestrator.seal import seal
from shared.settings import required

SHOWN_TO_OTHERS = "(a link of the recipient's own)"
_LONGEST = 100  # characters of a token that are worth looking at
_SEALED = 32  # hexadecimal digits: 128 bits


def link(referral_id: str) -> str:
    return f"{required('UNSUBSCRIBE_URL')}{token(referral_id)}"


def token(referral_id: str) -> str:
    return f"{referral_id}.{seal('unsubscribe', referral_id)[:_SEALED]}"


def referral_of(said: str) -> str | None:
    """The referral that this token was made for; None where we did not make it."""
    referral_id = said[:_LONGEST].rpartition(".")[0]
    return referral_id if hmac.compare_digest(token(referral_id).encode(), said.encode()) else None
